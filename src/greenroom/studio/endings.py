"""The coming end of a running session: when and why it stops by itself, and what is said in its desktop before.

Pure: given the session, what is scheduled, when it was last used and what was said already, it decides what to say now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from greenroom.studio.schedules import Schedule, next_occurrence
from greenroom.studio.sessions import StreamingSession


class EndingCause(StrEnum):
    """Why a session stops by itself."""

    LIMIT = "LIMIT"
    SCHEDULE = "SCHEDULE"
    IDLE = "IDLE"


@dataclass(frozen=True, slots=True)
class Ending:
    """An end to come."""

    at: datetime
    cause: EndingCause
    leads: Sequence[timedelta] = ()
    """How long before something is to be said of it, each."""
    deletes: bool = False
    """Whether the session is deleted with its files, not stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionWarning:
    """What was last said in a session's desktop of its end."""

    session_id: str
    ends_at: datetime
    cause: EndingCause
    lead: timedelta
    """The one of the set times before the end that it was said for."""
    given_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleStop:
    """After how long without use the sessions of a launch profile stop, whatever the setting says."""

    launch_profile_id: str
    minutes: int
    """0: never."""
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True)
class Notice:
    """What is shown in a desktop. `{time}` in the text stands for the end, by the session's own clock and time zone."""

    title: str
    text: str


def of_limit(session: StreamingSession, leads: Sequence[timedelta]) -> Ending | None:
    """The end of the longest time that its launch profile allows."""
    if session.terminate_at is not None:
        return Ending(session.terminate_at, EndingCause.LIMIT, leads, deletes=True)
    return None if session.stop_at is None else Ending(session.stop_at, EndingCause.LIMIT, leads)


def of_schedule(
    session: StreamingSession, schedule: Schedule | None, leads: Sequence[timedelta], now: datetime
) -> Ending | None:
    """The next stop of its schedule, which stops only what can be stopped."""
    if schedule is None or schedule.stop_at is None or not session.stoppable:
        return None
    coming = next_occurrence(replace(schedule, start_at=None), now)
    return None if coming is None else Ending(coming.at, EndingCause.SCHEDULE, leads)


def of_idleness(
    used_at: datetime, limit: timedelta, given: SessionWarning | None, leads: Sequence[timedelta], now: datetime
) -> Ending:
    """When a session that was last used then stops, if nobody uses it before.

    It is said at the earliest half of the limit before, or those who work would hear it all the time. The end is never
    sooner than the shortest of those times from now, unless it was said: whoever is there can keep the session. What
    was said stands until somebody uses it.
    """
    leads = ([lead for lead in leads if lead <= limit / 2] or [limit / 2]) if leads else ()
    if given is not None and given.cause is EndingCause.IDLE and used_at <= given.given_at:
        return Ending(given.ends_at, EndingCause.IDLE, leads)
    return Ending(max(used_at + limit, now + min(leads, default=timedelta(0))), EndingCause.IDLE, leads)


def due_lead(ending: Ending, given: SessionWarning | None, now: datetime) -> timedelta | None:
    """For which of the times before the end something is to be said now; None: for none, or it was said."""
    reached = [lead for lead in ending.leads if ending.at - lead <= now]
    if not reached or ending.at <= now:
        return None
    lead = min(reached)
    said = given is not None and (given.cause, given.ends_at) == (ending.cause, ending.at) and given.lead <= lead
    return None if said else lead


def next_look(ending: Ending, now: datetime) -> datetime:
    """When there is something to do for that end next: to say, or, of an idle session, to end it."""
    return min((ending.at - lead for lead in ending.leads if ending.at - lead > now), default=ending.at)


def notice(session: StreamingSession, ending: Ending, *, idle: timedelta | None, now: datetime) -> Notice:
    """What to say of that end, in plain words. `idle`: how long nobody has used it, where that is the reason."""
    left = _words(ending.at - now)
    if ending.deletes:
        fate = "A last backup is made." if session.keeps_backups else "No backup is made: copy your work elsewhere."
        return Notice(
            f"This session ends in {left}",
            f"Save your work: this session ends at {{time}} and its files are deleted with it. {fate}",
        )
    fate = "A backup is made." if session.keeps_backups else "Saved files stay, without a backup."
    text = f"Save your work: this session stops at {{time}}. {fate} You can start it again later."
    if ending.cause is EndingCause.IDLE and idle is not None:
        text = f"Nobody has used it for {_words(idle)}. Move the mouse to keep it. {text}"
    return Notice(f"This session stops in {left}", text)


def _words(length: timedelta) -> str:
    """In whole minutes, or hours, at least one minute."""
    minutes = max(1, round(length / timedelta(minutes=1)))
    if minutes < 120:
        return f"{minutes} minute{'s' if minutes > 1 else ''}"
    hours, rest = divmod(minutes, 60)
    return f"{hours} hours" + (f" {rest} minutes" if rest else "")
