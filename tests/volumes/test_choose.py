"""Which kind a directory gets: the best that works there, and the same for ever after."""

import os
import uuid
from pathlib import Path

import pytest
from tests.volumes.as_user import ORDINARY, as_user
from tests.volumes.filesystems import KINDS, eventually, require_storage, run, volumes_of
from tests.volumes.trees import GID, UID

from greenroom.volumes.base import VolumesError
from greenroom.volumes.choose import State, choose, probe

pytestmark = pytest.mark.serial


def directory_on(file_systems: dict[str, Path], file_system: str) -> Path:
    return file_systems[file_system] / uuid.uuid4().hex / "volumes"


@pytest.mark.parametrize(("file_system", "kind"), [("btrfs", "btrfs"), ("xfs", "reflink"), ("ext4", "btrfs-file")])
def test_auto_takes_the_best_that_works_there(file_systems: dict[str, Path], file_system: str, kind: str) -> None:
    directory = directory_on(file_systems, file_system)
    chosen = choose("auto", directory)
    assert chosen.name == kind
    assert list(directory.iterdir()) == []


def test_auto_ends_in_copies_for_an_ordinary_user_on_ext4(file_systems: dict[str, Path]) -> None:
    directory = directory_on(file_systems, "ext4")
    directory.mkdir(parents=True)
    os.chown(directory, ORDINARY, ORDINARY)
    assert as_user(__name__, "choose_as_user", directory) == "copy"


def choose_as_user(name: str) -> None:
    """Called as an ordinary user."""
    volumes = choose("auto", Path(name))
    volumes.open()
    (volumes.create("volume", ORDINARY, ORDINARY) / "file").touch()
    volumes.snapshot("volume", "snapshot")
    volumes.close()
    print(volumes.name)  # noqa: T201


def test_what_was_chosen_once_stays_whatever_else_works(file_systems: dict[str, Path]) -> None:
    directory = directory_on(file_systems, "btrfs")
    first = choose("copy", directory)
    first.open()
    first.create("volume", UID, GID)
    first.close()
    again = choose("auto", directory)
    assert again.name == "copy"
    again.open()
    assert again.volume_ids() == ["volume"]
    again.close()


@pytest.mark.parametrize("kind", KINDS)
def test_another_kind_over_volumes_is_refused(kind: str, file_systems: dict[str, Path]) -> None:
    directory = directory_on(file_systems, {"reflink": "xfs", "btrfs-file": "ext4"}.get(kind, "btrfs"))
    volumes = volumes_of(kind, directory)
    volumes.open()
    volumes.create("volume", UID, GID)
    volumes.close()
    for other in set(KINDS) - {kind}:
        with pytest.raises(VolumesError, match=f"holds volumes of the kind {kind}") as refused:
            choose(other, directory)
        assert refused.value.reason == "volumes-kind"
        with pytest.raises(VolumesError, match=f"holds volumes of the kind {kind}"):
            volumes_of(other, directory).open()
    assert choose(kind, directory).name == kind


def test_another_kind_may_be_chosen_where_nothing_is_kept(file_systems: dict[str, Path]) -> None:
    directory = directory_on(file_systems, "btrfs")
    first = choose("btrfs", directory)
    first.open()
    first.create("volume", UID, GID)
    first.delete_volume("volume")
    first.close()
    second = choose("copy", directory)
    second.open()
    second.close()
    assert choose("auto", directory).name == "copy"


def test_a_kind_that_does_not_work_there_is_refused_with_advice(file_systems: dict[str, Path]) -> None:
    for kind in ("btrfs", "reflink"):
        with pytest.raises(VolumesError, match="does not work in") as refused:
            choose(kind, directory_on(file_systems, "ext4"))
        assert "put the data directory on" in str(refused.value)


def test_a_kind_that_is_none_is_refused_with_the_list(tmp_path: Path) -> None:
    with pytest.raises(VolumesError, match="use one of auto, btrfs, reflink, btrfs-file, copy"):
        choose("zfs", tmp_path)


def test_a_kind_of_a_later_version_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "kind").write_text("holographic\n")
    with pytest.raises(VolumesError, match="a kind of volumes that this version does not know"):
        choose("auto", tmp_path)


@pytest.mark.parametrize(
    ("file_system", "missing"),
    [("btrfs", set()), ("xfs", {"btrfs"}), ("ext4", {"btrfs", "reflink"})],
)
def test_probing_tells_of_every_kind_and_leaves_nothing(
    file_systems: dict[str, Path], file_system: str, missing: set[str]
) -> None:
    directory = directory_on(file_systems, file_system)
    directory.parent.mkdir()
    findings = probe(directory)
    assert [finding.kind for finding in findings] == ["btrfs", "reflink", "btrfs-file", "copy"]
    assert {finding.kind for finding in findings if finding.state is State.MISSING} == missing
    assert all(finding.remedy for finding in findings if finding.state is not State.OK)
    assert list(directory.parent.iterdir()) == []
    place = str(directory.parent)
    eventually(lambda: place not in run("losetup", "--list", "--output", "BACK-FILE"), "no loop device is left")


def test_probing_as_an_ordinary_user_says_what_root_would_change(file_systems: dict[str, Path]) -> None:
    directory = directory_on(file_systems, "btrfs")
    directory.mkdir(parents=True)
    os.chown(directory, ORDINARY, ORDINARY)
    found = as_user(__name__, "probe_as_user", directory).splitlines()
    assert found[0].startswith("btrfs limited")
    assert "user_subvol_rm_allowed" in found[0]
    assert found[1].startswith("reflink ok")
    assert found[2].startswith("btrfs-file missing")
    assert "run the server as root" in found[2]


def probe_as_user(name: str) -> None:
    """Called as an ordinary user."""
    for finding in probe(Path(name)):
        print(finding.kind, finding.state, finding.meaning, finding.remedy)  # noqa: T201


def test_a_directory_that_nobody_can_write_to_is_said(file_systems: dict[str, Path]) -> None:
    directory = directory_on(file_systems, "ext4")
    directory.mkdir(parents=True)
    said = as_user(__name__, "choose_in_vain", directory)
    assert str(directory) in said
    assert "Let the server's user write" in said


def choose_in_vain(name: str) -> None:
    """Called as an ordinary user."""
    try:
        choose("auto", Path(name))
    except VolumesError as error:
        print(error)  # noqa: T201


def test_missing_programs_are_named_with_their_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    require_storage()
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("greenroom.volumes.programs.SEARCH_PATH", str(tmp_path))
    (finding,) = (finding for finding in probe(tmp_path) if finding.kind == "btrfs-file")
    assert finding.meaning == "The program mkfs.btrfs is not installed: apt install btrfs-progs."
