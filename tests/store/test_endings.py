"""What was said of sessions' ends, and idle stops, as the database keeps them."""

from dataclasses import replace
from datetime import timedelta

from tests.records import make_session
from tests.support import START

from greenroom.store import endings, sessions, work
from greenroom.store.database import Database
from greenroom.studio.endings import EndingCause, IdleStop, SessionWarning
from greenroom.studio.status import SessionState


def test_what_was_said_last_is_kept_until_it_is_forgotten(database: Database) -> None:
    first = SessionWarning(
        session_id="s", ends_at=START, cause=EndingCause.IDLE, lead=timedelta(minutes=5), given_at=START
    )
    later = replace(first, lead=timedelta(minutes=1))
    with database.write() as connection:
        assert endings.warning_of(connection, "s") is None
        endings.keep_warning(connection, first)
        endings.keep_warning(connection, later)
        assert endings.warning_of(connection, "s") == later
        endings.forget_warning(connection, "s")
        assert endings.warning_of(connection, "s") is None


def test_a_launch_profiles_idle_stop_is_put_changed_and_dropped(database: Database) -> None:
    first = IdleStop(launch_profile_id="p", minutes=60, updated_at=START, updated_by="ada")
    with database.write() as connection:
        endings.put_idle_stop(connection, first)
        endings.put_idle_stop(connection, replace(first, minutes=0))
        assert endings.idle_stop_of(connection, "p") == replace(first, minutes=0)
        endings.drop_idle_stop(connection, "p")
        assert endings.idle_stop_of(connection, "p") is None


def test_running_sessions_are_looked_at_again(database: Database) -> None:
    running = make_session(number=1)
    stopped = make_session(number=2, state=SessionState.STOPPED)
    other = make_session(number=3, launch_profile_id="other")
    with database.write() as connection:
        for session in (running, stopped, other):
            sessions.insert(connection, session)
        endings.look_again(connection, START, launch_profile_id=running.launch_profile_id)
        claimed = work.claim(connection, [work.ENDING], "w", now=START, lease=timedelta(1), limit=9)
        assert [claim.resource_id for claim in claimed] == [running.session_id]
        endings.look_again(connection, START)
        assert work.next_due_at(connection, [work.ENDING], now=START) == START
