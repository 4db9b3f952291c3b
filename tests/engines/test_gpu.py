"""What a session gets of the machine's graphics processors. No machine of ours has one: the rules alone are tried."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.sessions import local_place
from tests.support import unavailable

from greenroom.engines.desktop.components import stream_command
from greenroom.engines.gpu import Gpu, find, finding

RENDER = 104


def machine(tmp_path: Path, *names: str) -> Gpu | None:
    """What is found where /dev has those; render nodes belong to a group, NVIDIA's devices to everybody."""
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()

    def status(path: Path) -> os.stat_result:
        mode = stat.S_IFDIR if path.name == "nvidia-caps" else stat.S_IFCHR
        render = path.parent.name == "dri"
        return os.stat_result((mode | (0o660 if render else 0o666), 0, 0, 1, 0, RENDER if render else 0, 0, 0, 0, 0))

    return find(tmp_path, status)


def test_a_machine_without_has_none(tmp_path: Path) -> None:
    assert machine(tmp_path, "null", "dri/card0") is None
    assert find(tmp_path / "nowhere") is None
    assert "encoder=jpeg" in " ".join(stream_command({}))
    assert "by the processor" in finding("auto", None).meaning


def test_render_nodes_come_with_their_group_and_never_the_screens(tmp_path: Path) -> None:
    found = machine(tmp_path, "dri/card0", "dri/renderD128", "dri/renderD129", "snd/controlC0")
    assert found is not None
    assert [path.name for path in found.devices] == ["renderD128", "renderD129"]
    assert (found.groups, found.node) == ((RENDER,), tmp_path / "dri" / "renderD128")


def test_nvidias_devices_are_everybodys(tmp_path: Path) -> None:
    found = machine(tmp_path, "nvidia0", "nvidiactl", "nvidia-uvm")
    assert found is not None
    assert ([path.name for path in found.devices], found.groups, found.node) == (
        ["nvidia0", "nvidiactl", "nvidia-uvm"],
        (),
        None,
    )


@pytest.mark.parametrize(("node", "options"), [("/dev/dri/renderD128", True), ("", False)])
def test_the_gpu_encodes_where_there_is_one(node: str, options: bool) -> None:
    command = stream_command({"GREENROOM_GPU": node})
    assert "--encoder=h264enc" in command
    assert (f"--encode-dri={node}" in command) is options


def test_doctor_says_whether_it_is_used(tmp_path: Path) -> None:
    found = machine(tmp_path, "dri/renderD128")
    off, auto = finding("off", found), finding("auto", found)
    assert ("gpu is off" in off.meaning, off.remedy) == (True, "set gpu to auto")
    assert "share renderD128" in auto.meaning


@pytest.fixture
def device() -> Iterator[Path]:
    """A device in a GPU's place, that only the members of a group may open."""
    if os.geteuid() != 0:
        unavailable("only root makes devices")
    path = Path(f"/dev/greenroom-test-{os.getpid()}")
    os.mknod(path, 0o660 | stat.S_IFCHR, os.makedev(1, 5))
    os.chown(path, 0, RENDER)
    path.chmod(0o660)
    yield path
    path.unlink()


def test_a_session_has_the_device_and_the_right_to_it(
    data: Path, device: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("greenroom.engines.local.find_gpu", lambda: Gpu((device,), (RENDER,), None))
    with local_place(data, gpu="auto") as place:
        assert place.shell(place.started(), f"head -c 3 {device} | od -An -c") == r"\0  \0  \0"
    with local_place(data) as place:
        assert place.run(place.started(), "ls", str(device)).status != 0
