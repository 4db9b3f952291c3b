"""The loop itself: claims, retries, leases, groups and its end."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from tests.support import START, Clock, wait_until

from greenroom.control.loop import Group, Held, Loop, Pauses, RetryLater
from greenroom.store import work
from greenroom.store.database import Database, DatabaseFullError


def _loop(database: Database, clock: Callable[[], datetime], **steps: object) -> Loop:
    groups = [Group(kind, {kind: step}, 1) for kind, step in steps.items()]  # type: ignore[dict-item]
    return Loop(database, groups, clock=clock, pauses=Pauses(timedelta(seconds=1), timedelta(seconds=60), Random(1)))


def _schedule(database: Database, kind: str, resource_id: str, due_at: datetime) -> None:
    with database.write() as connection:
        work.schedule(connection, kind, resource_id, due_at)


def test_a_step_is_taken_when_it_is_due_and_not_before(database: Database, clock: Clock) -> None:
    taken: list[str] = []
    loop = _loop(database, clock, session=lambda resource_id, _held: taken.append(resource_id))
    _schedule(database, "session", "one", clock() + timedelta(minutes=1))
    loop.run_due()
    assert taken == []
    clock.advance(minutes=1)
    loop.run_due()
    assert taken == ["one"]
    loop.run_due()
    assert taken == ["one"]


def test_a_step_says_when_it_wants_to_look_again(database: Database, clock: Clock) -> None:
    looked: list[datetime] = []

    def step(_resource_id: str, _held: Held) -> datetime:
        looked.append(clock())
        return clock() + timedelta(hours=1)

    loop = _loop(database, clock, session=step)
    _schedule(database, "session", "one", clock())
    loop.run_due()
    clock.advance(minutes=59)
    loop.run_due()
    assert len(looked) == 1
    clock.advance(minutes=1)
    loop.run_due()
    assert len(looked) == 2


def test_what_fails_is_tried_again_after_growing_pauses(database: Database, clock: Clock) -> None:
    attempts: list[int] = []

    def step(_resource_id: str, held: Held) -> None:
        attempts.append(held.attempts)
        if held.attempts < 3:
            raise RetryLater("not yet", reason="vault-unavailable")

    loop = _loop(database, clock, backup=step)
    _schedule(database, "backup", "one", clock())
    loop.run_due()
    assert attempts == [0]
    for seconds in (1, 2, 4):
        clock.advance(seconds=seconds)
        loop.run_due()
    assert attempts == [0, 1, 2, 3]
    clock.advance(hours=1)
    loop.run_due()
    assert attempts == [0, 1, 2, 3]


def test_a_step_that_breaks_does_not_stop_the_others(database: Database, clock: Clock) -> None:
    taken: list[str] = []

    def step(resource_id: str, _held: Held) -> None:
        if resource_id == "broken":
            raise ValueError("a defect")
        taken.append(resource_id)

    loop = _loop(database, clock, session=step)
    _schedule(database, "session", "broken", clock())
    _schedule(database, "session", "whole", clock())
    loop.run_due()
    assert taken == ["whole"]


def test_a_database_that_takes_no_outcome_is_no_defect_and_the_step_comes_again(
    database: Database, clock: Clock
) -> None:
    outcomes: list[tuple[str, str]] = []
    tries: list[str] = []

    def step(resource_id: str, _held: Held) -> None:
        tries.append(resource_id)
        if len(tries) == 1:
            raise DatabaseFullError("The database is full.")

    groups = [Group("all", {"session": step}, 1)]
    loop = Loop(database, groups, clock=clock, on_outcome=lambda kind, outcome: outcomes.append((kind, outcome)))
    _schedule(database, "session", "one", clock())
    loop.run_due()
    clock.advance(minutes=1)
    loop.run_due()
    assert tries == ["one", "one"]
    assert outcomes == [("session", "database"), ("session", "done")]


def test_a_look_that_fails_is_not_the_last(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    done = threading.Event()

    def now() -> datetime:
        return datetime.now(UTC)

    loop = _loop(database, now, session=lambda _resource_id, _held: done.set())
    looked = work.next_due_at
    monkeypatch.setattr(work, "next_due_at", lambda *_args, **_named: 1 / 0)
    loop.start()
    _schedule(database, "session", "one", now())
    monkeypatch.setattr(work, "next_due_at", looked)
    assert done.wait(20)
    assert loop.stop()


def test_a_slow_step_of_one_group_does_not_hold_up_another_and_outlasts_no_stop(database: Database) -> None:
    def now() -> datetime:
        return datetime.now(UTC)

    begun, release, done = threading.Event(), threading.Event(), threading.Event()

    def slow(_resource_id: str, _held: Held) -> None:
        begun.set()
        release.wait(30)

    loop = _loop(database, now, backup=slow, session=lambda _resource_id, _held: done.set())
    _schedule(database, "backup", "slow", now())
    loop.start()
    assert begun.wait(10)
    _schedule(database, "session", "quick", now())
    loop.wake()
    assert done.wait(10)
    assert not loop.stop(timeout=0.2)
    release.set()
    wait_until(lambda: loop.stop(timeout=1), what="the slow step's end")


def test_an_outcome_is_not_written_by_a_worker_whose_lease_ran_out(database: Database, clock: Clock) -> None:
    written: list[str] = []

    def sleeper(_resource_id: str, held: Held) -> None:
        clock.advance(minutes=5)
        other.run_due()
        with held.write():
            written.append("sleeper")

    loop = _loop(database, clock, session=sleeper)
    other = _loop(database, clock, session=lambda _resource_id, _held: written.append("other"))
    _schedule(database, "session", "one", clock())
    loop.run_due()
    assert written == ["other"]


def test_where_the_clock_is_set_back_nothing_waits_for_the_time_that_it_showed(
    database: Database, clock: Clock
) -> None:
    looked: list[datetime] = []

    def step(_resource_id: str, _held: Held) -> datetime:
        looked.append(clock())
        return clock() + timedelta(minutes=1)

    loop = _loop(database, clock, session=step)
    _schedule(database, "session", "one", clock())
    clock.advance(days=1)
    loop.run_due()
    clock.advance(days=-1)
    loop.run_due()
    assert looked == [START + timedelta(days=1), START]
    with database.write() as connection:
        # Somebody who died held it by the other clock.
        work.schedule(connection, "session", "two", clock())
        work.claim(connection, ["session"], "dead", now=clock() + timedelta(days=1), lease=timedelta(0), limit=9)
    clock.advance(seconds=-20)
    loop.run_due()
    clock.advance(minutes=1)
    assert loop.run_due() >= 1
