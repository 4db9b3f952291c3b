"""The simulated engine: fates by the seed, and everything else by the settings."""

import threading
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from tests.engines.sessions import Place, run
from tests.support import Clock

from greenroom.engines.base import EngineError, EnginePermanentError, SessionSpec
from greenroom.engines.simulated import SimulatedEngine

NOWHERE = Path("/nowhere")


def spec(number: int) -> SessionSpec:
    return SessionSpec(session_id=f"session-{number}", hostname="ws", user="artist", uid=1000, volume=NOWHERE)


def fails(call: Callable[[], None]) -> bool:
    try:
        call()
    except EngineError:
        return True
    return False


def story(engine: SimulatedEngine, numbers: Sequence[int]) -> dict[tuple[int, int], bool]:
    """Which of each session's three starts fail."""
    told = {}
    for number in numbers:
        for attempt in range(3):
            told[number, attempt] = fails(lambda number=number: engine.start(spec(number)))  # type: ignore[misc]
            engine.vanish(f"session-{number}")
    return told


def test_the_same_seed_tells_the_same_story_in_whatever_order() -> None:
    faults = {"start": 0.5}
    forwards = story(SimulatedEngine(seed=7, faults=faults), range(50))
    backwards = story(SimulatedEngine(seed=7, faults=faults), range(49, -1, -1))
    assert forwards == backwards
    assert 50 < sum(forwards.values()) < 100


def test_threads_do_not_change_the_story() -> None:
    faults = {"start": 0.5}
    alone = story(SimulatedEngine(seed=7, faults=faults), range(40))
    engine = SimulatedEngine(seed=7, faults=faults)
    together: dict[tuple[int, int], bool] = {}
    threads = [
        threading.Thread(target=lambda part=part: together.update(story(engine, range(part, 40, 4))))
        for part in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert together == alone


def test_another_seed_tells_another_story() -> None:
    faults = {"start": 0.5}
    assert story(SimulatedEngine(seed=1, faults=faults), range(50)) != story(
        SimulatedEngine(seed=2, faults=faults), range(50)
    )


def test_a_failed_start_leaves_nothing_running() -> None:
    engine = SimulatedEngine(faults={"start": 1})
    with pytest.raises(EngineError, match="simulated start failed"):
        engine.start(spec(1))
    assert not engine.is_running("session-1")


def test_a_failed_stop_leaves_the_session_running() -> None:
    engine = SimulatedEngine(faults={"stop": 1})
    engine.start(spec(1))
    with pytest.raises(EngineError, match="simulated stop failed"):
        engine.stop("session-1")
    assert engine.is_running("session-1")


def test_a_failed_freeze_says_that_it_cannot() -> None:
    engine = SimulatedEngine(faults={"freeze": 1})
    engine.start(spec(1))
    assert not engine.freeze("session-1")


def test_calls_take_the_time_that_is_set_give_or_take_half() -> None:
    pauses: list[float] = []
    engine = SimulatedEngine(latency={"start": timedelta(seconds=2)}, pause=pauses.append)
    for number in range(100):
        engine.start(spec(number))
        engine.stop(f"session-{number}")
    assert len(pauses) == 100
    assert all(1 <= pause < 3 for pause in pauses)
    assert 1.8 < sum(pauses) / 100 < 2.2


def test_sessions_end_by_themselves_as_often_and_as_soon_as_set(clock: Clock) -> None:
    engine = SimulatedEngine(faults={"life": 0.5}, latency={"life": timedelta(seconds=10)}, clock=clock)
    for number in range(100):
        engine.start(spec(number))
    assert len(engine.running()) == 100
    clock.advance(seconds=10)
    left = {running.session_id for running in engine.running()}
    assert 30 < len(left) < 70
    assert all(engine.is_running(f"session-{number}") == (f"session-{number}" in left) for number in range(100))


def test_a_session_that_ended_by_itself_starts_again(clock: Clock) -> None:
    engine = SimulatedEngine(faults={"life": 1}, latency={"life": timedelta(seconds=10)}, clock=clock)
    engine.start(spec(1))
    clock.advance(seconds=10)
    assert not engine.is_running("session-1")
    engine.start(spec(1))
    assert [running.started_at for running in engine.running()] == [clock.now]


def test_a_crashed_session_is_gone_at_once() -> None:
    engine = SimulatedEngine()
    engine.start(spec(1))
    engine.vanish("session-1")
    assert engine.running() == []


def test_sessions_and_their_fates_outlive_the_server(tmp_path: Path) -> None:
    faults = {"start": 0.5}
    whole = story(SimulatedEngine(seed=3, faults=faults), [5])
    told = {}
    for attempt in range(3):
        engine = SimulatedEngine(tmp_path / "ledger.db", seed=3, faults=faults)
        told[5, attempt] = fails(lambda engine=engine: engine.start(spec(5)))  # type: ignore[misc]
        if attempt < 2:
            engine.vanish("session-5")
        engine.close()
    assert told == whole
    again = SimulatedEngine(tmp_path / "ledger.db")
    assert again.is_running("session-5") == (not whole[5, 2])
    again.close()


def test_ten_thousand_sessions_are_held_and_listed() -> None:
    engine = SimulatedEngine()
    for number in range(10_000):
        engine.start(spec(number))
    assert len({running.session_id for running in engine.running()}) == 10_000


def test_commands_are_refused_with_what_to_do(simulated: Place) -> None:
    started = simulated.started()
    with pytest.raises(EnginePermanentError, match="GREENROOM_ENGINE=local"):
        run(simulated.engine, started.session_id, ["true"])


@pytest.mark.parametrize("setting", [{"faults": {"stat": 0.1}}, {"latency": {"execute": timedelta(seconds=1)}}])
def test_settings_that_mean_nothing_are_refused(setting: dict[str, dict[str, float]]) -> None:
    with pytest.raises(ValueError, match="is none of"):
        SimulatedEngine(**setting)  # type: ignore[arg-type]
