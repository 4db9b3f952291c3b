"""What is looked at before a session of this machine is started."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.support import require

from greenroom.engines.base import EngineError, EnginePermanentError, SessionSpec
from greenroom.engines.gpu import Gpu
from greenroom.engines.preparation import prepare
from greenroom.engines.shim.runtime import Launch, RuntimeDirectory


@pytest.fixture
def spec(tmp_path: Path) -> SessionSpec:
    """A session that could run."""
    uid = os.geteuid() or 300_000
    return SessionSpec("session-1", hostname="ws", user="artist", uid=uid, volume=tmp_path)


def prepared(spec: SessionSpec, bubblewrap: str = "sh", gpu: Gpu | None = None) -> Launch:
    runtime = RuntimeDirectory(spec.volume / "runtime" / spec.session_id)
    return prepare(
        spec, runtime, bubblewrap=bubblewrap, hidden=[spec.volume], desktop="off", desktop_programs=(), gpu=gpu
    )


def test_a_shim_is_told_all_that_it_needs(spec: SessionSpec) -> None:
    launch = prepared(spec)
    assert (launch.spec, launch.hidden, launch.bubblewrap) == (spec, (spec.volume,), str(require("sh")))
    assert launch.control_group.startswith("session-1-")
    # The same at every start; another's for another session.
    assert prepared(spec).machine_id == launch.machine_id
    assert prepared(replace(spec, session_id="session-2")).machine_id != launch.machine_id


def test_the_devices_of_a_gpu_come_with_their_groups(spec: SessionSpec) -> None:
    launch = prepared(spec, gpu=Gpu((Path("/dev/dri/renderD128"),), (104,), None))
    assert (launch.devices, launch.groups) == ((Path("/dev/dri/renderD128"),), (104,))
    assert Launch.from_json(launch.to_json()) == launch
    assert prepared(spec).devices == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"user": "Artist; rm"}, "name"),
        ({"hostname": "-x"}, "name"),
        ({"uid": 0} if os.geteuid() == 0 else {"uid": 1}, "uid"),
        ({"image_root": Path("/nowhere")}, "image-missing"),
        ({"image_root": Path("/proc")}, "image-incomplete"),
    ],
)
def test_what_can_never_run_is_refused_for_good(spec: SessionSpec, changes: dict[str, object], reason: str) -> None:
    with pytest.raises(EnginePermanentError) as refused:
        prepared(replace(spec, **changes))  # type: ignore[arg-type]
    assert refused.value.reason == reason


def test_what_may_come_right_is_an_error_of_now(spec: SessionSpec) -> None:
    with pytest.raises(EngineError) as missing:
        prepared(replace(spec, volume=spec.volume / "gone"))
    assert missing.value.reason == "volume-missing"
    with pytest.raises(EngineError) as no_program:
        prepared(spec, bubblewrap="no-such-program")
    assert no_program.value.reason == "bubblewrap-missing"
