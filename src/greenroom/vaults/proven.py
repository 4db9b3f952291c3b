"""What the last verified backup of a session proved, so that the next one need not prove it again.

For each file the record holds the SHA-256 that came back from the vault, and the marks by which the file's storage
tells whether it was written since. It is a saving only: a lost, damaged or foreign record means that everything is
read back.
"""

import contextlib
import hashlib
import os
import tempfile
from datetime import datetime
from pathlib import Path

import msgspec

from greenroom.vaults.manifest import Entry

_VERSION = 1
_CHECKSUM = hashlib.sha256().digest_size


class ProvenFile(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A file whose content was read back from the vault and found right."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    sha256: bytes

    @classmethod
    def of(cls, entry: Entry, sha256: bytes) -> "ProvenFile":
        """What is known of `entry` once its content is."""
        return cls(entry.size, entry.mtime_ns, entry.ctime_ns, entry.inode, sha256)

    def untouched(self, entry: Entry) -> bool:
        """Whether the storage says that `entry` is still this very file, not written since."""
        return (self.size, self.mtime_ns, self.ctime_ns, self.inode) == (
            entry.size,
            entry.mtime_ns,
            entry.ctime_ns,
            entry.inode,
        )


class Proof(msgspec.Struct, frozen=True):
    """What a verified backup holds."""

    snapshot: str
    created_at: datetime
    files: dict[bytes, ProvenFile]
    version: int = _VERSION

    def file(self, path: str) -> ProvenFile | None:
        """The proven file of that path."""
        return self.files.get(os.fsencode(path))


class Proofs:
    """The last proof of each session, a file each in `directory`; the names of people's files are in them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def load(self, session_id: str) -> Proof | None:
        """The session's last proof, if there is one that is whole."""
        try:
            data = self._path(session_id).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(data[:-_CHECKSUM]).digest() != data[-_CHECKSUM:]:
            return None
        try:
            proof = msgspec.msgpack.decode(data[:-_CHECKSUM], type=Proof)
        except msgspec.DecodeError:
            return None
        return proof if proof.version == _VERSION else None

    def save(self, session_id: str, proof: Proof) -> None:
        """Replace the session's proof, unless a later backup's is there."""
        known = self.load(session_id)
        if known is not None and known.created_at > proof.created_at:
            return
        data = msgspec.msgpack.encode(proof)
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=".new-", dir=self._directory)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.write(hashlib.sha256(data).digest())
            Path(name).replace(self._path(session_id))
        except OSError:
            with contextlib.suppress(FileNotFoundError):
                Path(name).unlink()
            raise

    def drop(self, session_id: str, snapshot: str) -> None:
        """Forget what that snapshot of the session proved; the next backup is read back whole."""
        proof = self.load(session_id)
        if proof is not None and proof.snapshot == snapshot:
            self._path(session_id).unlink(missing_ok=True)

    def drop_all(self) -> None:
        """Forget everything: all backups to come are read back whole."""
        for path in self._directory.glob("*.proof"):
            path.unlink(missing_ok=True)

    def _path(self, session_id: str) -> Path:
        return self._directory / f"{session_id}.proof"
