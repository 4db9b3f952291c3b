"""What the last verified backup of a session proved, so that the next one need not prove it again.

For each file the record holds the SHA-256 that came back from the vault, and the marks by which the file's storage
tells whether it was written since. It is a saving only: a lost, damaged or foreign record means that everything is
read back.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import msgspec

from greenroom.vaults.manifest import Entry, digest

_VERSION = 1
_CHECKSUM = hashlib.sha256().digest_size
_EMPTY = hashlib.sha256().digest()


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


class Proven(msgspec.Struct, frozen=True):
    """Which verified backup it was."""

    snapshot: str
    created_at: datetime
    version: int = _VERSION


class Proof(Proven, frozen=True, kw_only=True):
    """What a verified backup holds."""

    files: dict[bytes, ProvenFile]


class Cover:
    """What of a tree a proof covers still, so that it need not be read back."""

    def __init__(self, entries: Mapping[str, Entry], proof: Proof) -> None:
        self._entries = entries
        self._proof = proof
        self._files: dict[bytes, ProvenFile] = {}
        """Those that the storage says nobody wrote to since."""
        self._open: list[Entry] = []
        for path, entry in entries.items():
            if entry.type == "file":
                name = os.fsencode(path)
                known = proof.files.get(name)
                if entry.size == 0:
                    self._files[name] = ProvenFile.of(entry, _EMPTY)
                elif known is not None and known.untouched(entry):
                    self._files[name] = known
                else:
                    self._open.append(entry)

    def split(self, changed: Collection[str], source: Path) -> tuple[dict[bytes, ProvenFile], list[Entry]]:
        """The files that are covered, and those to be read back, where the backup has other content at the paths
        `changed` than the proven one. Raises OSError.

        A file that the storage marks as written to is covered where its content at `source` is the proven one's.
        """
        files, wanted = self._files.copy(), []
        for path in changed:
            entry = self._entries.get(path)
            if entry is not None and entry.size and (name := os.fsencode(path)) in files:
                del files[name]
                wanted.append(entry)
        for entry in self._open:
            name = os.fsencode(entry.path)
            known = self._proof.files.get(name)
            same = known is not None and entry.path not in changed and known.size == entry.size
            if same and known is not None and digest(source / entry.path) == known.sha256:
                files[name] = ProvenFile.of(entry, known.sha256)
            else:
                wanted.append(entry)
        return files, wanted


_P = TypeVar("_P", bound=Proven)
_PROVEN = msgspec.msgpack.Decoder(Proven)
_PROOF = msgspec.msgpack.Decoder(Proof)


class Proofs:
    """The last proof of each session, a file each in `directory`; the names of people's files are in them."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @property
    def directory(self) -> Path:
        """Where they are."""
        return self._directory

    def load(self, session_id: str) -> Proof | None:
        """The session's last proof, if there is one that is whole."""
        return self._decoded(session_id, _PROOF)

    def newest(self, session_id: str) -> Proven | None:
        """Which backup the session's last proof is of: of a large one much less work than to load it."""
        return self._decoded(session_id, _PROVEN)

    def save(self, session_id: str, proof: Proof) -> None:
        """Replace the session's proof, unless a later backup's is there."""
        known = self.newest(session_id)
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
        proof = self.newest(session_id)
        if proof is not None and proof.snapshot == snapshot:
            self._path(session_id).unlink(missing_ok=True)

    def drop_all(self) -> None:
        """Forget everything: all backups to come are read back whole."""
        for path in self._directory.glob("*.proof"):
            path.unlink(missing_ok=True)

    def _decoded(self, session_id: str, decoder: msgspec.msgpack.Decoder[_P]) -> _P | None:
        try:
            data = self._path(session_id).read_bytes()
        except OSError:
            return None
        if hashlib.sha256(data[:-_CHECKSUM]).digest() != data[-_CHECKSUM:]:
            return None
        try:
            proof = decoder.decode(data[:-_CHECKSUM])
        except msgspec.DecodeError:
            return None
        return proof if proof.version == _VERSION else None

    def _path(self, session_id: str) -> Path:
        return self._directory / f"{session_id}.proof"
