"""Choosing an engine by its setting."""

import os
import tempfile
from datetime import timedelta
from pathlib import Path

import pytest
from tests.engines.sessions import Place
from tests.support import require

from greenroom.engines.base import EngineError, EnginePermanentError
from greenroom.engines.choose import NAMES, choose
from greenroom.engines.simulated import SimulatedEngine


def test_an_unknown_engine_is_refused_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(
        EnginePermanentError, match="no engine 'docker'; set GREENROOM_ENGINE to one of: local, simulated"
    ):
        choose("docker", tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_choosing_makes_an_engine_of_that_name(tmp_path: Path, name: str) -> None:
    engine = choose(name, tmp_path / "sessions")
    assert engine.name == name
    assert engine.running() == []
    if isinstance(engine, SimulatedEngine):
        engine.close()


def test_the_simulated_engine_gets_its_settings(data: Path) -> None:
    engine = choose("simulated", data / "sessions", faults={"start": 1.0}, latency={"start": timedelta(0)})
    with pytest.raises(EngineError, match="simulated start failed"):
        engine.start(Place(data, engine).spec())
    assert isinstance(engine, SimulatedEngine)
    engine.close()


def test_settings_that_mean_nothing_are_refused(data: Path) -> None:
    with pytest.raises(EnginePermanentError, match="'begin' is none of"):
        choose("simulated", data, faults={"begin": 1.0})


def test_the_local_engine_hides_the_data_directory_by_itself() -> None:
    require("bwrap")
    if not os.access("/opt", os.W_OK):
        pytest.skip("only root may make a data directory in /opt")
    with tempfile.TemporaryDirectory(dir="/opt") as directory:
        data = Path(directory)
        data.chmod(0o755)
        place = Place(data, choose("local", data / "sessions"))
        spec = place.started()
        try:
            assert place.shell(spec, f"ls -A {data}") == ""
        finally:
            place.engine.stop(spec.session_id, 0)
