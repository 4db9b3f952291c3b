"""What is said in desktops before sessions end by themselves, and the end of those that nobody uses."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest
from tests.control.conftest import OWNER, Stage, loop_of

from greenroom.engines.base import EngineError
from greenroom.engines.simulated import SimulatedEngine
from greenroom.store import endings, schedules, work
from greenroom.studio.endings import IdleStop
from greenroom.studio.launch_profiles import BackupMode, Switch
from greenroom.studio.schedules import Schedule, ScheduleTarget, Weekday
from greenroom.studio.status import SessionState as State

PROFILE = "yeG7lDwNQEiwNTRT7DrV7Q"


@dataclass
class Desktops:
    """What is said in desktops, and when somebody last used them."""

    stage: Stage
    said: list[tuple[str, str]] = field(default_factory=list)
    used_at: datetime | None = None
    silent: bool = False

    def tell(self, _session_id: str, title: str, text: str, _until: float) -> None:
        """Remember it."""
        if self.silent:
            raise EngineError("the desktop does not answer", reason="desktop-silent")
        self.said.append((title, text))

    def unused_for(self, _session_id: str) -> float | None:
        """Seconds since somebody used it."""
        return None if self.used_at is None else (self.stage.clock() - self.used_at).total_seconds()

    def pass_time(self, minutes: float) -> list[str]:
        """Let that time pass, a minute at a time, and have done what is due; titles of what was said."""
        before = len(self.said)
        for _ in range(round(minutes)):
            self.stage.clock.advance(minutes=1)
            self.stage.loop.run_due()
        return [title for title, _ in self.said[before:]]


@pytest.fixture
def desktops(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Desktops:
    """The stage's sessions, with desktops."""
    found = Desktops(stage)
    monkeypatch.setattr(SimulatedEngine, "tell", lambda _engine, *said: found.tell(*said))
    monkeypatch.setattr(SimulatedEngine, "unused_for", lambda _engine, session_id: found.unused_for(session_id))
    stage.world = replace(
        stage.world, stop_warnings=(timedelta(minutes=10), timedelta(minutes=5), timedelta(minutes=1))
    )
    stage.loop = loop_of(stage.world, stage.clock)
    return found


def restart(desktops: Desktops, **changes: timedelta) -> None:
    """Another server takes over."""
    stage = desktops.stage
    stage.world = replace(stage.world, **changes)  # type: ignore[arg-type]
    stage.loop = loop_of(stage.world, stage.clock)
    with stage.database.write() as connection:
        endings.look_again(connection, stage.clock())
    stage.loop.run_due()


def test_a_stop_is_said_at_each_time_before_it_and_a_restart_repeats_nothing(desktops: Desktops) -> None:
    stage = desktops.stage
    session_id = stage.create(max_session_length=timedelta(minutes=30))
    assert desktops.pass_time(19) == []
    assert desktops.pass_time(1) == ["This session stops in 10 minutes"]
    restart(desktops)
    assert desktops.pass_time(3) == []
    restart(desktops)
    assert desktops.pass_time(6) == ["This session stops in 5 minutes", "This session stops in 1 minute"]
    assert "A backup is made." in desktops.said[-1][1]
    desktops.pass_time(1)
    assert stage.session(session_id).state is State.STOPPED


def test_the_end_of_a_session_that_cannot_stop_is_said_as_what_it_is(desktops: Desktops) -> None:
    desktops.stage.create(
        max_session_length=timedelta(minutes=5),
        session_persistence_mode=Switch.DEACTIVATED,
        backup_mode=BackupMode.DEACTIVATED,
    )
    ((title, text),) = desktops.said
    assert (title, "copy your work elsewhere" in text) == ("This session ends in 5 minutes", True)


def test_the_stop_of_a_schedule_is_said_too(desktops: Desktops) -> None:
    stage = desktops.stage
    session_id = stage.create()
    schedule = Schedule(
        target_type=ScheduleTarget.SESSION,
        target_id=session_id,
        studio_id="us-west-2:stid-abcdefghijklmnop",
        owned_by=OWNER,
        start_at=None,
        stop_at="09:45",  # the clock stands at 09:30
        weekdays=[day.value for day in Weekday],
        time_zone="UTC",
        updated_at=stage.clock(),
        updated_by=OWNER,
    )
    with stage.database.write() as connection:
        schedules.put(connection, schedule)
        work.schedule(connection, work.ENDING, session_id, stage.clock())
    assert desktops.pass_time(5) == ["This session stops in 10 minutes"]


def test_a_desktop_that_does_not_answer_is_tried_again_and_then_let_be(desktops: Desktops) -> None:
    desktops.silent = True
    session_id = desktops.stage.create(max_session_length=timedelta(minutes=3), backup_mode=BackupMode.DEACTIVATED)
    desktops.pass_time(1)
    with desktops.stage.database.read() as connection:
        assert work.next_due_at(connection, [work.ENDING], now=desktops.stage.clock()) is not None
    desktops.pass_time(2)
    assert desktops.stage.session(session_id).state is State.STOPPED


def test_a_session_that_nobody_uses_is_stopped_with_its_backup_after_it_was_said(desktops: Desktops) -> None:
    stage = desktops.stage
    desktops.used_at = stage.clock()
    restart(desktops, idle_stop=timedelta(hours=1))
    session_id = stage.create()
    assert desktops.pass_time(49) == []
    assert desktops.pass_time(1) == ["This session stops in 10 minutes"]
    assert "Nobody has used it for 50 minutes. Move the mouse to keep it." in desktops.said[-1][1]
    desktops.used_at = stage.clock() + timedelta(seconds=1)
    assert desktops.pass_time(40) == []
    assert stage.session(session_id).state is State.READY
    assert len(desktops.pass_time(20)) == 3
    desktops.pass_time(2)
    stopped = stage.session(session_id)
    assert (stopped.state, stopped.stopped_by) == (State.STOPPED, "greenroom")
    assert "nobody had used it for 60 minutes" in (stopped.status_message or "")
    assert len(stage.backups(session_id)) == 1


def test_a_server_that_was_away_says_it_before_it_stops_anything(desktops: Desktops) -> None:
    stage = desktops.stage
    desktops.used_at = stage.clock()
    session_id = stage.create(backup_mode=BackupMode.DEACTIVATED)
    stage.clock.advance(hours=5)
    restart(desktops, idle_stop=timedelta(hours=1))
    assert [title for title, _ in desktops.said] == ["This session stops in 1 minute"]
    assert stage.session(session_id).state is State.READY
    desktops.pass_time(1)
    assert stage.session(session_id).state is State.STOPPED


def test_what_cannot_stop_or_cannot_tell_goes_on(desktops: Desktops) -> None:
    stage = desktops.stage
    restart(desktops, idle_stop=timedelta(minutes=10))
    silent = stage.create()
    transient = stage.create(session_persistence_mode=Switch.DEACTIVATED)
    desktops.pass_time(30)
    desktops.used_at = stage.clock() - timedelta(hours=1)
    with stage.database.write() as connection:
        work.schedule(connection, work.ENDING, transient, stage.clock())
    desktops.used_at = None
    desktops.pass_time(5)
    assert {stage.session(each).state for each in (silent, transient)} == {State.READY}


def test_a_launch_profiles_own_idle_stop_counts_before_the_setting(desktops: Desktops) -> None:
    stage = desktops.stage
    desktops.used_at = stage.clock()
    session_id = stage.create(backup_mode=BackupMode.DEACTIVATED)
    with stage.database.write() as connection:
        own = IdleStop(launch_profile_id=PROFILE, minutes=20, updated_at=stage.clock(), updated_by=OWNER)
        endings.put_idle_stop(connection, own)
        endings.look_again(connection, stage.clock(), launch_profile_id=PROFILE)
    desktops.pass_time(21)
    assert stage.session(session_id).state is State.STOPPED
