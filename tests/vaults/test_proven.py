"""Records of what was proven."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from tests.support import START

from greenroom.vaults.manifest import Entry
from greenroom.vaults.proven import Proof, Proofs, ProvenFile

ENTRY = Entry("a", "file", 0o644, 0, 0, 3, 10, 11, 12, 1, "")
FILE = ProvenFile.of(ENTRY, b"\1" * 32)
PROOF = Proof("snapshot", START, {b"a": FILE, b"\xff": FILE})


def test_a_record_is_given_back_as_it_was_kept(tmp_path: Path) -> None:
    proofs = Proofs(tmp_path / "proofs")
    proofs.save("a:session", PROOF)
    assert proofs.load("a:session") == PROOF
    assert proofs.load("another") is None
    assert PROOF.file("\udcff") == FILE


def test_a_record_is_private(tmp_path: Path) -> None:
    Proofs(tmp_path / "proofs").save("session", PROOF)
    assert (tmp_path / "proofs").stat().st_mode & 0o077 == 0
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "proofs").iterdir()] == [0o600]


def test_an_earlier_backup_does_not_take_a_later_ones_place(tmp_path: Path) -> None:
    proofs = Proofs(tmp_path)
    proofs.save("session", PROOF)
    proofs.save("session", Proof("earlier", START - timedelta(seconds=1), {}))
    assert proofs.load("session") == PROOF
    later = Proof("later", START + timedelta(seconds=1), {})
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
    proofs.save("session", Proof("snapshot", START, {}, version=0))
    assert proofs.load("session") is None


@pytest.mark.parametrize("place", ["size", "mtime_ns", "ctime_ns", "inode"])
def test_a_file_is_untouched_only_with_all_its_marks(place: str) -> None:
    assert FILE.untouched(ENTRY)
    assert not FILE.untouched(msgspec.structs.replace(ENTRY, **{place: 99}))
