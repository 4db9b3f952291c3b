"""What operations are told of backups' files: from the index, with the content checked against it."""

import io
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypeVar, cast

import pytest
import zstandard
from tests.records import make_backup, make_session

from greenroom.server.backup_contents import BackupContents
from greenroom.studio.errors import Invalid, NotFound, Unavailable
from greenroom.vaults.base import Member, TreeEntry, Vault, VaultUnavailableError
from greenroom.vaults.trees import Trees
from greenroom.volumes.base import Volumes

T = TypeVar("T")

TREE = [
    TreeEntry("d", "dir", 0, 0o755, 0, b"d"),
    TreeEntry("d/f", "file", 7, 0o644, 0, b"d/f"),
    TreeEntry("d/null", "chardev", 0, 0o666, 0, b"d/null"),
    TreeEntry("d/l", "symlink", 0, 0o777, 0, b"d/l"),
    TreeEntry("d/\ufffd", "file", 7, 0o644, 0, None),
]


class OneTree:
    """A vault of backups that all hold the same; what is asked of it is noted."""

    def __init__(self) -> None:
        self.asked: list[bytes] = []
        self.content = b"content"
        self.away = False

    def tree(self, backup_id: str, take: Callable[[Iterator[TreeEntry]], T]) -> T:
        """All of it."""
        if self.away:
            raise VaultUnavailableError("the vault is away")
        return take(iter(TREE))

    @contextmanager
    def stream(self, backup_id: str, path: bytes) -> Iterator[IO[bytes]]:
        """The content, whatever the file."""
        self.asked.append(path)
        if self.away:
            raise VaultUnavailableError("the vault is away")
        yield io.BytesIO(self.content)

    @contextmanager
    def members(self, backup_id: str, path: bytes) -> Iterator[Iterator[Member]]:
        """A file, and the device as restic tells it."""
        self.asked.append(path)
        file, device = tarfile.TarInfo("f"), tarfile.TarInfo("null")
        file.size = len(self.content)
        yield iter([(file, io.BytesIO(self.content)), (device, io.BytesIO(b""))])


@pytest.fixture
def vault() -> OneTree:
    return OneTree()


@pytest.fixture
def contents(vault: OneTree, tmp_path: Path) -> BackupContents:
    return BackupContents(
        lambda _studio_id: cast(Vault, vault), lambda: cast(Volumes, None), Trees(tmp_path / "trees", 1 << 20)
    )


BACKUP = make_backup(make_session())


def test_a_directory_is_listed_from_the_index(contents: BackupContents) -> None:
    found = contents.page(BACKUP, "d", "", 100)
    assert [(entry.name, entry.type) for entry in found] == [
        ("f", "file"),
        ("l", "symlink"),
        ("null", "other"),
        ("\ufffd", "file"),
    ]
    for path in ("d/f", "nothing"):
        with pytest.raises(NotFound):
            contents.page(BACKUP, path, "", 100)


def test_a_file_is_read_from_the_vault(contents: BackupContents, vault: OneTree) -> None:
    download = contents.download(BACKUP, "d/f", "zip")
    assert (download.size, b"".join(download.chunks)) == (7, b"content")
    assert vault.asked == [b"d/f"]


@pytest.mark.parametrize("content", [b"", b"short", b"longer than it was"])
def test_content_that_is_not_of_its_size_is_not_passed_for_whole(
    contents: BackupContents, vault: OneTree, content: bytes
) -> None:
    vault.content = content
    with pytest.raises(Unavailable, match="not of the size"):
        b"".join(contents.download(BACKUP, "d/f", "zip").chunks)


def test_a_directory_is_an_archive_without_devices(contents: BackupContents) -> None:
    download = contents.download(BACKUP, "d", "tar.zst")
    plain = zstandard.ZstdDecompressor().stream_reader(b"".join(download.chunks)).read()
    with tarfile.open(fileobj=io.BytesIO(plain)) as tar:
        assert tar.getnames() == ["d", "d/f"]
    assert (download.file_name, download.media_type) == ("d.tar.zst", "application/zstd")


@pytest.mark.parametrize("path", ["d/null", "d/l", "d/\ufffd"])
def test_what_cannot_be_had_alone_is_never_asked_for(contents: BackupContents, vault: OneTree, path: str) -> None:
    with pytest.raises(Invalid):
        contents.download(BACKUP, path, "zip")
    assert vault.asked == []


def test_a_vault_that_is_away_is_told_before_anything_is_sent(contents: BackupContents, vault: OneTree) -> None:
    contents.page(BACKUP, "", "", 1)
    vault.away = True
    with pytest.raises(Unavailable, match="away"):
        contents.download(BACKUP, "d/f", "zip")
