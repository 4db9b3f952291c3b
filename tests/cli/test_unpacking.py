"""Unpacking what came out of a backup: nothing is ever written outside of the directory that was named."""

import errno
import io
import os
import tarfile
from pathlib import Path

import pytest
import zstandard

from greenroom.cli.failures import CommandError
from greenroom.cli.unpacking import unpack


def archive(*members: tuple[str, bytes, str]) -> io.BytesIO:
    """(name, type, content or link target) below a top directory."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, kind, more in members:
            info = tarfile.TarInfo(name)
            info.type, info.mode, info.mtime = kind, 0o6755, 1_600_000_000
            content = b""
            if kind == tarfile.REGTYPE:
                content = more.encode()
                info.size = len(content)
            else:
                info.linkname = more
            tar.addfile(info, io.BytesIO(content))
    return io.BytesIO(zstandard.ZstdCompressor().compress(plain.getvalue()))


FILE, DIR, LINK = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE


def test_files_directories_and_links_come_back(tmp_path: Path) -> None:
    made = archive(
        ("top", DIR, ""),
        ("top/d", DIR, ""),
        ("top/d/f", FILE, "content"),
        ("top/l", LINK, "d/f"),
        ("top/d/u", LINK, "../l"),
    )
    assert unpack(made, tmp_path / "out") == 7
    assert (tmp_path / "out/d/u").read_text() == "content"
    facts = (tmp_path / "out/d/f").stat()
    assert (facts.st_mode & 0o7777, facts.st_mtime) == (0o755, 1_600_000_000)
    assert (tmp_path / "out/d").stat().st_mtime == 1_600_000_000


@pytest.mark.parametrize("name", ["top/../evil", "top//evil", "top/./evil", "top/d/../../evil"])
def test_a_name_that_leads_out_stops_everything(tmp_path: Path, name: str) -> None:
    with pytest.raises(CommandError, match="leads out"):
        unpack(archive((name, FILE, "x")), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("target", ["/etc/passwd", "..", "../..", "../../x", "d/../..", "d/../x"])
def test_a_link_that_may_lead_out_is_left_out(tmp_path: Path, target: str, capsys: pytest.CaptureFixture[str]) -> None:
    unpack(archive(("top/d", DIR, ""), ("top/l", LINK, target)), tmp_path / "out")
    assert [each.name for each in (tmp_path / "out").iterdir()] == ["d"]
    assert "left out" in capsys.readouterr().err


def test_nothing_is_written_through_a_link(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    made = archive(("top/l", LINK, str(outside)), ("top/l/evil", FILE, "x"))
    with pytest.raises(OSError, match="l"):
        unpack(made, tmp_path / "out")
    assert list(outside.iterdir()) == []


def test_devices_and_pipes_are_not_made(tmp_path: Path) -> None:
    unpack(archive(("top/p", tarfile.FIFOTYPE, ""), ("top/c", tarfile.CHRTYPE, "")), tmp_path / "out")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_directory_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").touch()
    with pytest.raises(CommandError, match="not empty"):
        unpack(archive(), tmp_path)


def test_a_damaged_archive_is_told(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Try again"):
        unpack(io.BytesIO(archive(("top/f", FILE, "x" * 5000)).getvalue()[:-20]), tmp_path / "out")


def test_what_breaks_off_leaves_nothing_so_that_it_can_be_done_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = (("top/d", DIR, ""), ("top/d/f", FILE, "content"), ("top/e", FILE, "more"), ("top/l", LINK, "d/f"))
    (tmp_path / "there").mkdir()

    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    for target in (tmp_path / "there", tmp_path / "new"):
        with monkeypatch.context() as patched:
            patched.setattr(os, "symlink", full)
            with pytest.raises(OSError, match="No space"):
                unpack(archive(*members), target)
    assert [(each.name, list(each.iterdir())) for each in tmp_path.iterdir()] == [("there", [])]
    assert unpack(archive(*members), tmp_path / "there") == len("contentmore")
