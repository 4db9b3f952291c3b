"""The contract of engines, held against every one of them."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.engines.sessions import Place, run

from greenroom.engines.base import EngineError, Running
from greenroom.engines.choose import NAMES, choose


def found(place: Place, session_id: str) -> Running | None:
    return next((running for running in place.engine.running() if running.session_id == session_id), None)


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def at_once(*actions: Callable[[], None]) -> list[BaseException]:
    """Do all of them at the same time; what they raised."""
    raised: list[BaseException] = []
    gate = threading.Barrier(len(actions))

    def do(action: Callable[[], None]) -> None:
        gate.wait()
        try:
            action()
        except BaseException as error:  # noqa: BLE001  handed to the test
            raised.append(error)

    threads = [threading.Thread(target=do, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_a_started_session_runs_and_tells_since_when(place: Place) -> None:
    before = datetime.now(UTC)
    spec = place.started()
    running = found(place, spec.session_id)
    assert place.engine.is_running(spec.session_id)
    assert running is not None
    assert before - timedelta(seconds=1) <= running.started_at <= datetime.now(UTC)


def test_nothing_runs_where_nothing_was_started(place: Place) -> None:
    assert place.engine.running() == []
    assert not place.engine.is_running("session-of-nobody")


def test_starting_what_runs_changes_nothing(place: Place) -> None:
    spec = place.started()
    before = found(place, spec.session_id)
    place.engine.start(spec)
    assert found(place, spec.session_id) == before


def test_a_stopped_session_does_not_run(place: Place) -> None:
    spec = place.started()
    place.engine.stop(spec.session_id)
    assert not place.engine.is_running(spec.session_id)
    assert place.engine.running() == []


def test_stopping_what_does_not_run_changes_nothing(place: Place) -> None:
    spec = place.started()
    place.engine.stop(spec.session_id)
    place.engine.stop(spec.session_id)
    place.engine.stop("session-of-nobody")


def test_stopping_one_session_leaves_the_others_running(place: Place) -> None:
    one, other = place.started(), place.started()
    place.engine.stop(one.session_id)
    assert [running.session_id for running in place.engine.running()] == [other.session_id]


def test_a_stopped_session_starts_again(place: Place) -> None:
    spec = place.started()
    first = found(place, spec.session_id)
    place.engine.stop(spec.session_id)
    place.engine.start(spec)
    again = found(place, spec.session_id)
    assert first is not None
    assert again is not None
    assert again.started_at > first.started_at


def test_stopping_leaves_the_volume_as_it_is(place: Place) -> None:
    spec = place.spec()
    (spec.volume / "shot.txt").write_text("take 1")
    place.engine.start(spec)
    place.engine.stop(spec.session_id)
    assert (spec.volume / "shot.txt").read_text() == "take 1"


def test_another_server_finds_what_this_one_started(place: Place) -> None:
    spec = place.started()
    other = choose(place.engine.name, place.data / "sessions")
    try:
        assert [running.session_id for running in other.running()] == [spec.session_id]
        other.stop(spec.session_id)
        assert not place.engine.is_running(spec.session_id)
    finally:
        getattr(other, "close", lambda: None)()


def test_a_frozen_and_thawed_session_runs_on(place: Place) -> None:
    spec = place.started()
    assert place.engine.freeze(spec.session_id)
    assert place.engine.is_running(spec.session_id)
    assert place.engine.thaw(spec.session_id)
    place.engine.thaw(spec.session_id)
    assert place.engine.is_running(spec.session_id)


def test_a_frozen_session_can_be_stopped(place: Place) -> None:
    spec = place.started()
    place.engine.freeze(spec.session_id)
    place.engine.stop(spec.session_id)
    assert not place.engine.is_running(spec.session_id)


def test_what_does_not_run_cannot_be_frozen_and_need_not_be_thawed(place: Place) -> None:
    assert not place.engine.freeze("session-of-nobody")
    assert not place.engine.thaw("session-of-nobody")


def test_a_command_in_a_session_that_does_not_run_is_refused(place: Place) -> None:
    spec = place.started()
    place.engine.stop(spec.session_id)
    for session_id in (spec.session_id, "session-of-nobody", "../../etc"):
        with pytest.raises(EngineError, match="does not run"):
            run(place.engine, session_id, ["true"])


def test_an_ended_session_can_be_forgotten_and_started_anew(place: Place) -> None:
    spec = place.started()
    place.engine.stop(spec.session_id)
    place.engine.forget(spec.session_id)
    place.engine.forget(spec.session_id)
    assert not (place.data / "sessions" / spec.session_id).exists()
    place.engine.start(spec)
    assert place.engine.is_running(spec.session_id)


def test_a_running_session_is_not_forgotten(place: Place) -> None:
    spec = place.started()
    with pytest.raises(EngineError, match="stop it"):
        place.engine.forget(spec.session_id)
    assert place.engine.is_running(spec.session_id)


def test_starts_of_one_session_at_the_same_time_give_one(place: Place) -> None:
    spec = place.spec()
    assert at_once(*[lambda: place.engine.start(spec)] * 4) == []
    assert [running.session_id for running in place.engine.running()] == [spec.session_id]


def test_starts_and_stops_at_the_same_time_end_in_a_true_state(place: Place) -> None:
    spec = place.spec()
    start, stop = (lambda: place.engine.start(spec)), (lambda: place.engine.stop(spec.session_id, 0))
    for _ in range(3):
        assert at_once(start, stop, start, stop) == []
        assert place.engine.is_running(spec.session_id) == (found(place, spec.session_id) is not None)
    place.engine.stop(spec.session_id)
    assert not place.engine.is_running(spec.session_id)


def test_sessions_start_and_stop_side_by_side(place: Place) -> None:
    specs = [place.spec() for _ in range(4)]
    assert at_once(*[lambda spec=spec: place.engine.start(spec) for spec in specs]) == []  # type: ignore[misc]
    assert {running.session_id for running in place.engine.running()} == {spec.session_id for spec in specs}
    assert at_once(*[lambda spec=spec: place.engine.stop(spec.session_id) for spec in specs]) == []  # type: ignore[misc]
    assert place.engine.running() == []


def test_an_engine_leaves_no_open_files_behind(place: Place) -> None:
    spec = place.started()
    place.engine.stop(spec.session_id)
    before = open_files()
    place.engine.start(spec)
    place.engine.freeze(spec.session_id)
    place.engine.thaw(spec.session_id)
    place.engine.stop(spec.session_id)
    assert open_files() == before


def test_every_engine_has_the_name_that_chooses_it(place: Place) -> None:
    assert place.engine.name in NAMES
