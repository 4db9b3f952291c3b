"""Sessions start and stop when their hour comes, and only then."""

from datetime import datetime, timedelta

import pytest
from tests.control.conftest import OWNER, Stage

from greenroom.control.schedules import WORK
from greenroom.store import schedules, tables, work
from greenroom.studio.launch_profiles import BackupMode
from greenroom.studio.schedules import Schedule, ScheduleTarget, Weekday, next_occurrence
from greenroom.studio.status import SessionState as State

PROFILE = "yeG7lDwNQEiwNTRT7DrV7Q"


def put(stage: Stage, target: str, start: str | None, stop: str | None) -> datetime:
    """A daily schedule in UTC; when it does something next. The clock stands at 09:30."""
    kind = ScheduleTarget.LAUNCH_PROFILE if target == PROFILE else ScheduleTarget.SESSION
    schedule = Schedule(
        target_type=kind,
        target_id=target,
        studio_id="us-west-2:stid-abcdefghijklmnop",
        owned_by=OWNER,
        start_at=start,
        stop_at=stop,
        weekdays=[day.value for day in Weekday],
        time_zone="UTC",
        updated_at=stage.clock(),
        updated_by=OWNER,
    )
    coming = next_occurrence(schedule, stage.clock())
    assert coming is not None
    with stage.database.write() as connection:
        schedules.put(connection, schedule)
        work.schedule(connection, WORK, schedule.work_id, stage.clock())
    stage.loop.run_due()
    return coming.at


@pytest.fixture
def session_id(stage: Stage) -> str:
    return stage.create(backup_mode=BackupMode.DEACTIVATED, max_session_length=timedelta(days=30))


def test_a_session_stops_and_starts_at_its_hours(stage: Stage, session_id: str) -> None:
    (stage.home(session_id) / "shot").write_text("work")
    put(stage, session_id, "08:00", "18:00")
    assert stage.session(session_id).state is State.READY
    stage.clock.advance(hours=8, minutes=30)
    stage.loop.run_due()
    stopped = stage.session(session_id)
    assert (stopped.state, stopped.stopped_by) == (State.STOPPED, "greenroom")
    assert "schedule" in (stopped.status_message or "")
    stage.clock.advance(hours=14)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.READY
    assert (stage.home(session_id) / "shot").read_text() == "work"


def test_what_is_done_by_hand_already_is_left_as_it_is(stage: Stage, session_id: str) -> None:
    put(stage, session_id, None, "18:00")
    stage.stop(session_id)
    stage.clock.advance(hours=9)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.STOPPED


def test_an_hour_that_no_server_saw_is_left_out(stage: Stage, session_id: str) -> None:
    put(stage, session_id, None, "18:00")
    stage.clock.advance(hours=11)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.READY
    stage.clock.advance(hours=22)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.STOPPED


def test_a_launch_profiles_schedule_is_for_its_sessions_that_have_none_of_their_own(
    stage: Stage, session_id: str
) -> None:
    own = stage.create(backup_mode=BackupMode.DEACTIVATED, max_session_length=timedelta(days=30))
    put(stage, own, None, "23:00")
    with stage.database.write() as connection:
        # The profile itself is not needed for what is tested here.
        stage_profile(connection)
    put(stage, PROFILE, None, "18:00")
    stage.clock.advance(hours=8, minutes=30)
    stage.loop.run_due()
    assert (stage.session(session_id).state, stage.session(own).state) == (State.STOPPED, State.READY)


def test_a_schedule_whose_records_came_from_elsewhere_is_looked_at(stage: Stage, session_id: str) -> None:
    due = put(stage, session_id, None, "18:00")
    with stage.database.write() as connection:
        connection.execute(tables.work.delete().where(tables.work.c.kind == WORK))
        schedules.ensure_work(connection, stage.clock())
    stage.loop.run_due()
    with stage.database.read() as connection:
        assert work.next_due_at(connection, [WORK], now=stage.clock()) == due


def test_the_schedule_of_a_session_that_is_deleted_goes_with_it(stage: Stage, session_id: str) -> None:
    put(stage, session_id, None, "18:00")
    stage.ask_delete(session_id)
    stage.loop.run_due()
    stage.clock.advance(hours=8, minutes=30)
    stage.loop.run_due()
    with stage.database.read() as connection:
        assert schedules.get(connection, "streaming-session", session_id) is None
        assert work.next_due_at(connection, [WORK], now=stage.clock()) is None


def stage_profile(connection: object) -> None:
    from tests.records import make_launch_profile

    from greenroom.store import launch_profiles

    launch_profiles.insert(connection, make_launch_profile(launch_profile_id=PROFILE))  # type: ignore[arg-type]


def test_where_the_clock_is_set_back_a_schedule_goes_on_by_the_clock_as_it_is(stage: Stage, session_id: str) -> None:
    coming = put(stage, session_id, None, "18:00")
    stage.clock.advance(days=-30)
    stage.loop.run_due()
    with stage.database.read() as connection:
        schedule = schedules.get(connection, ScheduleTarget.SESSION, session_id)
    assert schedule is not None
    assert schedule.next_at == coming - timedelta(days=30)
    assert stage.session(session_id).state is State.READY
    stage.clock.advance(hours=8, minutes=30)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.STOPPED


@pytest.mark.parametrize("back", [timedelta(seconds=20), timedelta(hours=3)])
def test_what_was_done_is_not_done_again_where_the_clock_is_set_back_over_it(
    stage: Stage, session_id: str, back: timedelta
) -> None:
    coming = put(stage, session_id, None, "18:00")
    stage.clock.advance(coming - stage.clock())
    stage.loop.run_due()
    assert stage.session(session_id).state is State.STOPPED
    stage.start(session_id)  # somebody goes on working
    stage.clock.advance(-back - timedelta(minutes=1))
    stage.loop.run_due()
    stage.clock.advance(back + timedelta(hours=1))
    stage.loop.run_due()
    assert stage.session(session_id).state is State.READY
    stage.clock.advance(hours=23)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.STOPPED  # on the next day


def test_what_an_hour_left_out_by_a_clock_ahead_comes_when_that_is_set_right(stage: Stage, session_id: str) -> None:
    put(stage, session_id, None, "18:00")
    stage.clock.advance(hours=20)  # 05:30, by a wrong clock
    stage.loop.run_due()
    assert stage.session(session_id).state is State.READY
    stage.clock.advance(hours=-12)
    stage.loop.run_due()
    stage.clock.advance(minutes=30)
    stage.loop.run_due()
    assert stage.session(session_id).state is State.STOPPED
