"""Records of what was proven."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.support import START

from greenroom.vaults.manifest import Entry, digest, scan
from greenroom.vaults.proven import Cover, Proof, Proofs, Proven, ProvenFile

ENTRY = Entry("a", "file", 0o644, 0, 0, 3, 10, 11, 12, 1, "")
FILE = ProvenFile.of(ENTRY, b"\1" * 32)
PROOF = Proof("snapshot", START, files={b"a": FILE, b"\xff": FILE})


def test_a_record_is_given_back_as_it_was_kept(tmp_path: Path) -> None:
    proofs = Proofs(tmp_path / "proofs")
    proofs.save("a:session", PROOF)
    assert proofs.load("a:session") == PROOF
    assert proofs.load("another") is None
    assert proofs.newest("a:session") == Proven("snapshot", START)


def test_a_record_is_private(tmp_path: Path) -> None:
    Proofs(tmp_path / "proofs").save("session", PROOF)
    assert (tmp_path / "proofs").stat().st_mode & 0o077 == 0
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "proofs").iterdir()] == [0o600]


def test_an_earlier_backup_does_not_take_a_later_ones_place(tmp_path: Path) -> None:
    proofs = Proofs(tmp_path)
    proofs.save("session", PROOF)
    proofs.save("session", Proof("earlier", START - timedelta(seconds=1), files={}))
    assert proofs.load("session") == PROOF
    later = Proof("later", START + timedelta(seconds=1), files={})
    proofs.save("session", later)
    assert proofs.load("session") == later


@pytest.mark.parametrize("position", [0, 20, -1, -33])
def test_a_record_that_changed_in_any_byte_is_none(position: int, tmp_path: Path) -> None:
    proofs = Proofs(tmp_path)
    proofs.save("session", PROOF)
    file = next(tmp_path.iterdir())
    content = bytearray(file.read_bytes())
    content[position] ^= 1
    file.write_bytes(content)
    assert proofs.load("session") is None


def test_a_record_of_another_version_is_none(tmp_path: Path) -> None:
    proofs = Proofs(tmp_path)
    proofs.save("session", Proof("snapshot", START, version=0, files={}))
    assert proofs.load("session") is None


def test_what_is_covered_need_not_be_read_back(tmp_path: Path) -> None:
    for name, content in (
        ("same", "same"),
        ("touched", "touched"),
        ("written", "new"),
        ("fresh", "new"),
        ("empty", ""),
    ):
        (tmp_path / name).write_text(content)
    entries = scan(tmp_path)
    proof = Proof(
        "snapshot",
        START,
        files={
            b"same": ProvenFile.of(entries["same"], b"\1" * 32),
            b"touched": ProvenFile(7, 0, 0, 0, digest(tmp_path / "touched")),
            b"written": ProvenFile(3, 0, 0, 0, b"\2" * 32),
        },
    )
    cover = Cover(entries, proof)
    files, wanted = cover.split({"gone"}, tmp_path)
    assert set(files) == {b"same", b"touched", b"empty"}
    assert files[b"touched"] == ProvenFile.of(entries["touched"], digest(tmp_path / "touched"))
    assert {entry.path for entry in wanted} == {"written", "fresh"}
    files, wanted = cover.split({"same", "touched", "empty"}, tmp_path)
    assert set(files) == {b"empty"}
    assert {entry.path for entry in wanted} == {"same", "touched", "written", "fresh"}


@pytest.mark.parametrize("place", ["size", "mtime_ns", "ctime_ns", "inode"])
def test_a_file_is_untouched_only_with_all_its_marks(place: str) -> None:
    assert FILE.untouched(ENTRY)
    assert not FILE.untouched(msgspec.structs.replace(ENTRY, **{place: 99}))
