"""Archives that mean harm, and those that do not."""

import gzip
import io
import lzma
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from greenroom.engines.images.errors import ImageError
from greenroom.engines.images.unpacking import opened, unpack


def member(name: str, kind: bytes = tarfile.REGTYPE, link: str = "", mode: int = 0o644) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, mode
    return info


def packed(*members: tuple[tarfile.TarInfo, bytes]) -> io.BytesIO:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    stream.seek(0)
    return stream


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "target"
    path.mkdir()
    return path


@pytest.mark.parametrize("name", ["../outside", "a/../../outside", "/../outside", "a/./../../outside"])
def test_a_name_that_leads_out_is_refused(target: Path, name: str) -> None:
    with pytest.raises(ImageError, match="leads out"):
        unpack(packed((member(name), b"x")), target)
    assert not (target.parent / "outside").exists()


def test_an_absolute_name_lands_inside(target: Path) -> None:
    unpack(packed((member("/etc/passwd"), b"x")), target)
    assert (target / "etc" / "passwd").read_text() == "x"


def test_nothing_is_written_through_a_link(target: Path) -> None:
    outside = target.parent / "outside"
    outside.mkdir()
    (target / "a").symlink_to(outside)
    with pytest.raises(ImageError, match="no directory"):
        unpack(packed((member("a/file"), b"x")), target)
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("link", ["../x", "b/../../../x", "/../x"])
def test_a_link_out_of_the_tree_is_refused(target: Path, link: str) -> None:
    with pytest.raises(ImageError, match="leads out"):
        unpack(packed((member("a", tarfile.SYMTYPE, link), b"")), target)


def test_an_absolute_link_means_the_same_as_in_the_session(target: Path) -> None:
    unpack(packed((member("usr/bin/sh"), b"x"), (member("etc/alt/sh", tarfile.SYMTYPE, "/usr/bin/sh"), b"")), target)
    assert (target / "etc/alt/sh").readlink() == Path("../../usr/bin/sh")
    assert (target / "etc/alt/sh").read_text() == "x"


def test_a_hard_link_reaches_nothing_outside(target: Path) -> None:
    (target.parent / "secret").write_text("x")
    with pytest.raises(ImageError, match="leads out"):
        unpack(packed((member("a", tarfile.LNKTYPE, "../secret"), b"")), target)
    unpack(packed((member("b"), b"b"), (member("c", tarfile.LNKTYPE, "b"), b"")), target)
    assert (target / "c").read_text() == "b"


def test_devices_and_pipes_are_left_out_and_nothing_is_setuid(target: Path) -> None:
    unpack(
        packed(
            (member("dev/sda", tarfile.BLKTYPE), b""),
            (member("dev/mem", tarfile.CHRTYPE), b""),
            (member("pipe", tarfile.FIFOTYPE), b""),
            (member("su", mode=0o4755), b"x"),
            (member("tmp", tarfile.DIRTYPE, mode=0o1777), b""),
        ),
        target,
    )
    assert {path.name for path in target.iterdir()} == {"su", "tmp"}
    assert (target / "su").stat().st_mode & 0o7777 == 0o755
    assert (target / "tmp").stat().st_mode & 0o7777 == 0o777
    assert (target / "su").stat().st_uid == os.geteuid()


def test_what_comes_later_takes_the_place_of_what_came_before(target: Path) -> None:
    unpack(packed((member("a", tarfile.SYMTYPE, "b"), b""), (member("a"), b"new"), (member("b"), b"other")), target)
    assert (target / "a").read_text() == "new"
    assert not (target / "a").is_symlink()


def _zstd(content: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(content)


def _as_is(content: bytes) -> bytes:
    return content


@pytest.mark.parametrize("compress", [_as_is, gzip.compress, _zstd, lzma.compress])
def test_archives_are_read_however_they_are_compressed(target: Path, compress: Callable[[bytes], bytes]) -> None:
    archive = target.parent / "image.tar"
    archive.write_bytes(compress(packed((member("a"), b"x" * 5000)).getvalue()))
    with opened(archive) as stream:
        unpack(stream, target)
    assert (target / "a").stat().st_size == 5000


@pytest.mark.parametrize("compress", [_as_is, gzip.compress, _zstd])
def test_a_cut_archive_is_told(target: Path, compress: Callable[[bytes], bytes]) -> None:
    archive = target.parent / "image.tar"
    archive.write_bytes(compress(packed((member("a"), os.urandom(50_000))).getvalue()[:30_000]))
    with opened(archive) as stream, pytest.raises(ImageError, match="not a whole tar archive"):
        unpack(stream, target)
