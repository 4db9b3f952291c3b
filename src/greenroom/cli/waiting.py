"""Waiting for a session or a backup to get where it is going, with a display on stderr meanwhile."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Protocol, TypeVar

from greenroom.cli.client import Client
from greenroom.cli.failures import CommandError
from greenroom.cli.output import console, show_bytes
from greenroom.wire import restores, shapes
from greenroom.wire.backup_files import (
    FileRestoreState,
    GetStreamingSessionFileRestoreRequest,
    GetStreamingSessionFileRestoreResponse,
    StreamingSessionFileRestore,
)
from greenroom.wire.model.waiters import WAITERS
from greenroom.wire.shapes import StreamingSessionState as State

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 2.0
"""Seconds between two looks; the pause grows from the first to the longest."""
LONGEST_WAIT = 30 * 60.0
"""Seconds after which a wait is given up, as the API's own waiters do."""

FAILED_STATES = frozenset(
    failure for waiter in WAITERS.values() if waiter.operation == "GetStreamingSession" for failure in waiter.failures
)
"""What ends a wait for a session in vain; a backup shares its states."""


STARTING = frozenset({State.CREATE_IN_PROGRESS, State.START_IN_PROGRESS})


class Seen(Protocol):
    """What can be waited for: a session, a backup."""

    @property
    def state(self) -> State | None:
        """Where it is."""

    @property
    def status_message(self) -> str | None:
        """What a person should know about that."""


T = TypeVar("T", bound=Seen)


def wait_for_session(client: Client, session_id: str, wanted: State) -> shapes.StreamingSession:
    """Return when the session is in the wanted state. Raises CommandError where it fails, or takes too long."""
    request = shapes.GetStreamingSessionRequest(studio_id=client.studio_id, session_id=session_id)

    def look() -> shapes.StreamingSession:
        answer = client.call(request, shapes.GetStreamingSessionResponse)
        return answer.session or shapes.StreamingSession()

    more = restores.GetStreamingSessionDetailsRequest(studio_id=client.studio_id, session_id=session_id)

    def remark(session: shapes.StreamingSession) -> str:
        if not session.started_from_backup_id or session.state not in STARTING:
            return ""
        details = client.call(more, restores.GetStreamingSessionDetailsResponse).details
        return show_progress(details.restore) if details and details.restore else ""

    return wait_for(f"session {session_id}", look, wanted, remark=remark)


def show_progress(restore: restores.StreamingSessionRestoreProgress) -> str:
    """How far a restore has come: percent, bytes, and how long the rest takes."""
    if not restore.total_bytes:
        return "restoring"
    left = "" if restore.seconds_left is None else f", {show_left(restore.seconds_left)} left"
    return f"restored {restore.percent} %, {show_bytes(restore.done_bytes)} of {show_bytes(restore.total_bytes)}{left}"


def show_left(seconds: int) -> str:
    """A length of time in its two largest units."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes_left = divmod(minutes, 60)
    return f"{hours} h {minutes_left} min" if hours else f"{minutes} min {rest} s" if minutes else f"{rest} s"


def wait_for_backup(client: Client, backup_id: str) -> shapes.StreamingSessionBackup:
    """Return when the backup is READY. Raises CommandError where it fails, or takes too long."""
    request = shapes.GetStreamingSessionBackupRequest(studio_id=client.studio_id, backup_id=backup_id)

    def look() -> shapes.StreamingSessionBackup:
        answer = client.call(request, shapes.GetStreamingSessionBackupResponse)
        return answer.streaming_session_backup or shapes.StreamingSessionBackup()

    return wait_for(f"backup {backup_id}", look, State.READY)


def wait_for_file_restore(
    client: Client, restore: StreamingSessionFileRestore, *, pause: Callable[[float], None] = time.sleep
) -> StreamingSessionFileRestore:
    """Return when the restore has ended, well or not."""
    request = GetStreamingSessionFileRestoreRequest(
        studio_id=client.studio_id, backup_id=restore.backup_id, restore_id=restore.restore_id
    )
    rest = FIRST_PAUSE
    with _display("files") as show:
        while restore.state is FileRestoreState.IN_PROGRESS:
            of = f" of {show_bytes(restore.total_bytes)}" if restore.total_bytes is not None else ""
            done = f"{show_bytes(restore.done_bytes)}{of}"
            show(partial(str, restore.status_message or done))
            pause(rest)
            rest = min(rest * 1.3, LONGEST_PAUSE)
            restore = client.call(request, GetStreamingSessionFileRestoreResponse).restore
    return restore


def wait_for(
    what: str,
    look: Callable[[], T],
    wanted: State,
    *,
    remark: Callable[[T], str] = lambda _seen: "",
    pause: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> T:
    """Look again and again, less and less often, until the thing is in the wanted state.

    `remark` says more of what was seen; it is asked only where somebody watches.
    """
    begun, rest = clock(), FIRST_PAUSE
    with _display(what) as show:
        while True:
            seen = look()
            if seen.state is wanted:
                return seen
            if seen.state in FAILED_STATES or seen.state is State.DELETED:
                reason = seen.status_message or "Look into the server's log for the reason."
                raise CommandError(f"The {what} is {seen.state}, not {wanted}. {reason}")
            if clock() - begun > LONGEST_WAIT:
                reason = seen.status_message or "It may still get there: look again later."
                raise CommandError(f"The {what} is still {seen.state} after {LONGEST_WAIT / 60:.0f} minutes. {reason}")
            show(partial(_told, seen, remark))
            pause(rest)
            rest = min(rest * 1.3, LONGEST_PAUSE)


def _told(seen: T, remark: Callable[[T], str]) -> str:
    return ": ".join(str(part) for part in (seen.state, seen.status_message, remark(seen)) if part)


@contextmanager
def _display(what: str) -> Iterator[Callable[[Callable[[], str]], None]]:
    """A spinner, the state and the time so far; nothing where stderr is no terminal."""
    screen = console(sys.stderr)
    if not screen.is_terminal:
        yield lambda _state: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as progress:
        task = progress.add_task(what)
        yield lambda state: progress.update(task, description=f"{what}  {state()}")
