"""Control groups, found and made in a directory that stands for a machine's."""

from pathlib import Path

import pytest
from tests.support import unavailable

from greenroom.engines.base import SessionLimits
from greenroom.engines.shim.cgroups import ControlGroups, Hierarchies, background, can_background, create, hierarchies

V2_MOUNTS = (
    "30 23 0:26 / {root} rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
)
HYBRID_MOUNTS = (
    "31 30 0:27 / {root}/unified rw - cgroup2 cgroup2 rw\n"
    "32 30 0:28 / {root}/cpu,cpuacct rw shared:5 - cgroup cgroup rw,cpu,cpuacct\n"
    "33 30 0:29 / {root}/memory rw - cgroup cgroup rw,memory\n"
)


def found(tmp_path: Path, mounts: str, own: str) -> Hierarchies:
    (tmp_path / "mountinfo").write_text(mounts.format(root=tmp_path))
    (tmp_path / "own").write_text(own)
    return hierarchies(tmp_path / "mountinfo", tmp_path / "own")


def test_version_2_is_found_at_its_root(tmp_path: Path) -> None:
    assert found(tmp_path, V2_MOUNTS, "0::/system.slice/greenroom.service\n") == Hierarchies(tmp_path, {})


def test_in_version_1_the_process_stays_below_the_group_it_is_in(tmp_path: Path) -> None:
    for group in ("cpu,cpuacct/service", "memory"):
        (tmp_path / group).mkdir(parents=True)
    machine = found(tmp_path, HYBRID_MOUNTS, "3:cpu,cpuacct:/service\n2:memory:/not/visible/here\n0::/\n")
    service = tmp_path / "cpu,cpuacct" / "service"
    assert machine == Hierarchies(tmp_path / "unified", {"cpu": service, "cpuacct": service})


def test_a_machine_without_control_groups_has_none(tmp_path: Path) -> None:
    assert hierarchies(tmp_path / "none", tmp_path / "none") == Hierarchies(None, {})


def test_where_nothing_can_be_made_every_limit_is_told_as_missing() -> None:
    groups, missing = create("s-1", SessionLimits(cpus=1, memory_bytes=1, pids=1), Hierarchies(None, {}))
    assert missing == ["pids", "memory", "cpu"]
    assert groups.directories == ()
    assert not groups.can_freeze
    assert not groups.freeze(timeout=0)
    groups.join(groups.open_doors())
    groups.thaw()
    assert groups.remove(timeout=0)


def test_limits_that_are_not_asked_for_are_not_missing() -> None:
    assert create("s-1", SessionLimits(pids=None), Hierarchies(None, {}))[1] == []


def test_groups_that_are_gone_are_removed() -> None:
    assert ControlGroups([Path("/sys/fs/cgroup/greenroom/of-nobody")]).remove(timeout=0)


@pytest.mark.parametrize("name", ["greenroom", "s-1"])
def test_a_directory_that_is_no_control_group_is_not_used(tmp_path: Path, name: str) -> None:
    groups, missing = create(name, SessionLimits(pids=5), Hierarchies(tmp_path, {"pids": tmp_path}))
    assert (groups.directories, missing) == ((), ["pids"])


def test_the_background_group_has_its_share_in_whichever_version_there_is(tmp_path: Path) -> None:
    unified, legacy = tmp_path / "unified" / "greenroom-background", tmp_path / "cpu" / "greenroom-background"
    for group in (unified, legacy):
        group.mkdir(parents=True)
        (group / "cgroup.procs").touch()
    (tmp_path / "unified" / "cgroup.subtree_control").touch()
    assert background(8, Hierarchies(tmp_path / "unified", {})) == [unified / "cgroup.procs"]
    assert (unified / "cpu.weight").read_text() == "8"
    assert (tmp_path / "unified" / "cgroup.subtree_control").read_text() == "+cpu"
    assert background(8, Hierarchies(None, {"cpu": tmp_path / "cpu"})) == [legacy / "cgroup.procs"]
    assert (legacy / "cpu.shares").read_text() == "81"
    assert background(8, Hierarchies(None, {})) == []


def test_whether_there_can_be_a_background_group_is_tried_and_nothing_stays() -> None:
    if not can_background():
        unavailable("no control group for the background can be made here")
    here = hierarchies()
    parents = [parent for parent in (here.unified, here.legacy.get("cpu")) if parent is not None]
    assert [group for parent in parents for group in parent.glob("*probe*")] == []


def test_where_nothing_can_be_made_there_can_be_no_background_group(tmp_path: Path) -> None:
    assert not can_background(Hierarchies(tmp_path, {"cpu": tmp_path}))
    assert list(tmp_path.iterdir()) == []
