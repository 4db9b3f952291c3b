"""A repository read without restic: the same as restic gives, or a doubt."""

import os
import subprocess
from pathlib import Path

import msgspec
import pytest
from tests.support import require
from tests.vaults.conftest import PASSWORD
from tests.vaults.labels import label
from tests.vaults.trees import Tree

from greenroom.vaults import blobs, keys
from greenroom.vaults.base import BackupLabel
from greenroom.vaults.blobs import Blobs, DoubtError, Files, TreeNode, master_key
from greenroom.vaults.labels import SnapshotRecord
from greenroom.vaults.restic import ResticVault


def restic(repository: Path, *arguments: str) -> bytes:
    """What restic prints."""
    password = repository.with_name("password")
    password.write_text(PASSWORD)
    line = [
        str(require("restic")),
        "--no-cache",
        "--repo",
        str(repository),
        "--password-file",
        str(password),
        *arguments,
    ]
    return subprocess.run(line, check=True, capture_output=True).stdout


def test_it_reads_what_restic_reads(vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    files = Files(repository, master_key(repository, PASSWORD.encode()))
    read = Blobs(repository, files)
    (snapshot,) = (path.name for path in (repository / "snapshots").iterdir())
    told = files.snapshot(snapshot)
    same = msgspec.json.decode(restic(repository, "cat", "snapshot", snapshot), type=SnapshotRecord)
    assert told == msgspec.structs.replace(same, id=snapshot)

    def nodes(name: str | None) -> list[TreeNode]:
        listed: dict[str, list[TreeNode]] = msgspec.json.decode(
            read.content(name or "", "tree"), type=dict[str, list[TreeNode]]
        )
        return listed["nodes"]

    (top,) = nodes(told.tree)
    (session,) = nodes(top.subtree)
    inside = {node.name: node for node in nodes(session.subtree)}
    content = inside["notes.txt"].content or []
    assert b"".join(map(read.content, content)) == (tree.root / "notes.txt").read_bytes()
    assert read.size(content) == inside["notes.txt"].size
    for name in (told.tree, "0" * 64):
        with pytest.raises(DoubtError):
            read.content(name)
        with pytest.raises(DoubtError):
            read.size([name])


def test_of_several_places_of_one_content_each_must_be_right(
    vault: ResticVault, backup: BackupLabel, tmp_path: Path
) -> None:
    """Two servers that store the same at once leave two, and restic may read either."""
    repository = tmp_path / "repository"
    read = Blobs(repository, Files(repository, master_key(repository, PASSWORD.encode())))
    name, places = next((name, there) for name, there in read._places.items() if there[0][1].type == "data")
    pack, blob = places[0]
    places.append((pack, blob))
    assert read.content(name)
    places.append((pack, msgspec.structs.replace(blob, length=blob.length - 1)))
    with pytest.raises(DoubtError):
        read.content(name)


def test_what_was_added_is_learned_and_what_moved_is_told(
    vault: ResticVault, backup: BackupLabel, tree: Tree, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    read = Blobs(repository, Files(repository, master_key(repository, PASSWORD.encode())))
    pieces = set(read._places)
    tree.write("new", "new")
    vault.store(label("session"), tree.root)
    assert read.renewed()
    assert pieces < set(read._places)
    assert read.renewed()
    first, *others = sorted((repository / "index").iterdir())
    read._read -= {first.name}  # as if it were new, and told of what is known
    assert not read.renewed()
    others[0].unlink()
    assert not read.renewed()


def test_a_file_that_goes_while_it_is_relied_upon_is_missed(
    vault: ResticVault, backup: BackupLabel, tmp_path: Path
) -> None:
    repository = tmp_path / "repository"
    read = Blobs(repository, Files(repository, master_key(repository, PASSWORD.encode())))
    name, places = next((name, there) for name, there in read._places.items() if there[0][1].type == "data")
    read.size([name])
    read.still_there()
    os.truncate(blobs.pack_file(repository, places[0][0]), places[0][1].offset)
    with pytest.raises(DoubtError, match="short"):
        read.still_there()


def test_a_large_index_is_left_to_restic(
    vault: ResticVault, backup: BackupLabel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "repository"
    monkeypatch.setattr(blobs, "_MOST_INDEX", 10)
    with pytest.raises(DoubtError, match="large"):
        Blobs(repository, Files(repository, master_key(repository, PASSWORD.encode())))


def test_of_several_keys_the_passwords_own_is_found(vault: ResticVault, tmp_path: Path) -> None:
    repository = tmp_path / "repository"
    other = tmp_path / "other"
    other.write_text("another password, as long as a generated one is")
    restic(repository, "key", "add", "--new-password-file", str(other))
    first = master_key(repository, PASSWORD.encode())
    assert master_key(repository, other.read_bytes()) == first
    with pytest.raises(DoubtError, match="password"):
        master_key(repository, b"no password of it")
    for number in range(keys._TRIED):
        (repository / "keys" / f"{number}").touch()
    with pytest.raises(DoubtError, match="keys"):
        master_key(repository, PASSWORD.encode())
