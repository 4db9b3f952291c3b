"""Archives of directories: whole, and harmless to whoever unpacks them."""

import io
import tarfile
import zipfile

import pytest
import zstandard

from greenroom.vaults.archives import ArchiveForm, packed
from greenroom.vaults.base import Member, VaultError


def member(name: str, content: bytes | None = None, **facts: object) -> Member:
    """A file, or without content what `facts` say."""
    info = tarfile.TarInfo(name)
    info.size, info.mode, info.mtime = len(content or b""), 0o640, 1_700_000_000
    for fact, value in facts.items():
        setattr(info, fact, value)
    return info, None if content is None else io.BytesIO(content)


MEMBERS = [
    ("dir", None, {"type": tarfile.DIRTYPE, "mode": 0o750}),
    ("dir/file", b"content" * 100_000, {}),
    ("empty", b"", {}),
    ("link", None, {"type": tarfile.SYMTYPE, "linkname": "dir/file"}),
    ("caf\udce9", b"odd", {}),
    ("..\\..\\evil", b"x", {}),
    ("old", b"x", {"mtime": -5}),
]


def archive(form: ArchiveForm) -> bytes:
    return b"".join(packed(form, "top", (member(name, content, **facts) for name, content, facts in MEMBERS)))


def test_a_tar_has_everything_below_its_top() -> None:
    plain = zstandard.ZstdDecompressor().stream_reader(archive(ArchiveForm.TAR_ZST)).read()
    with tarfile.open(fileobj=io.BytesIO(plain), encoding="utf-8", errors="surrogateescape") as tar:
        names = tar.getnames()
        content = tar.extractfile("top/dir/file")
        assert content is not None
        assert content.read() == b"content" * 100_000
        assert tar.getmember("top/link").linkname == "dir/file"
        assert tar.getmember("top/dir").mode == 0o750
    assert names == ["top", *(f"top/{name}" for name, _, _ in MEMBERS)]


def test_a_zip_has_everything_and_no_name_that_any_program_takes_for_a_way_out() -> None:
    with zipfile.ZipFile(io.BytesIO(archive(ArchiveForm.ZIP))) as found:
        assert found.testzip() is None
        assert found.read("top/dir/file") == b"content" * 100_000
        assert found.read("top/link") == b"dir/file"
        assert found.getinfo("top/link").external_attr >> 28 == 0o12
        assert found.getinfo("top/old").date_time[0] == 1980
        names = found.namelist()
    assert "top/.._.._evil" in names
    assert "top/caf\ufffd" in names
    assert not any("\\" in name for name in names)


@pytest.mark.parametrize("form", list(ArchiveForm))
def test_a_file_that_is_shorter_than_it_said_breaks_the_archive_off(form: ArchiveForm) -> None:
    short = member("file", b"12345", size=6)
    with pytest.raises(VaultError, match="broke off"):
        list(packed(form, "top", iter([short])))
