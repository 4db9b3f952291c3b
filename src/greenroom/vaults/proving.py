"""The program that proves one backup: begun beside the restic that stores it, so that it is ready when that is done.

It takes a `Task` on its standard input and tells what the tree holds (`Seen`); is asked `Prove` once the backup is
stored, and answers `Proven` or `Failed`. It ends with its input.
"""

import gc
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from greenroom.vaults import base
from greenroom.vaults.call import Limits
from greenroom.vaults.channel import Channel, EndedError
from greenroom.vaults.command import Restic
from greenroom.vaults.direct import Direct
from greenroom.vaults.failures import SourceUnreadableError
from greenroom.vaults.manifest import Entry, scan
from greenroom.vaults.proof import Note, Prover
from greenroom.vaults.proven import Proofs
from greenroom.vaults.readback import Held
from greenroom.vaults.repository import Repository

_KINDS = {
    kind.__name__: kind
    for kind in (
        SourceUnreadableError,
        base.BackupBrokenError,
        base.BackupMissingError,
        base.VaultFullError,
        base.VaultLockedError,
        base.VaultPasswordError,
        base.VaultUnavailableError,
    )
}


class Place(msgspec.Struct, frozen=True):
    """A repository, and how it is used here."""

    location: str
    password_file: bytes
    cache: bytes
    scratch: bytes
    proofs: bytes
    patience: float
    limits: Limits
    ease: tuple[str, ...]


class Task(msgspec.Struct, frozen=True, tag=True):
    """A tree that a backup is to be proven against."""

    place: Place
    session_id: str
    source: bytes


class Seen(msgspec.Struct, frozen=True, tag=True):
    """What the tree holds."""

    files: int
    """Entries that are not directories."""
    size_bytes: int
    """Of each file once, however many names it has."""

    @classmethod
    def of(cls, entries: Mapping[str, Entry]) -> "Seen":
        """What these are together."""
        files = sum(entry.type != "dir" for entry in entries.values())
        sizes = {entry.inode if entry.links > 1 else entry.path: entry.size for entry in entries.values()}
        return cls(files, sum(sizes.values()))


class Prove(msgspec.Struct, frozen=True, tag=True):
    """Asks for the proof of a backup that is stored now."""

    held: Held
    created_at: datetime


class Noted(msgspec.Struct, frozen=True, tag=True):
    """Something for the log."""

    event: str
    id: str
    why: str


class Proven(msgspec.Struct, frozen=True, tag=True):
    """The backup of that snapshot is what the tree is."""

    snapshot: str


class Failed(msgspec.Struct, frozen=True, tag=True):
    """It could not be proven, or is broken."""

    kind: str
    message: str
    reason: str

    @classmethod
    def of(cls, error: base.VaultError) -> "Failed":
        """That failure, to be told."""
        return cls(type(error).__name__, str(error), error.reason)

    def error(self) -> base.VaultError:
        """The failure that was told."""
        kind = _KINDS.get(self.kind)
        return base.VaultError(self.message, reason=self.reason) if kind is None else kind(self.message)


Answer = Seen | Noted | Proven | Failed


def prover(place: Place, note: Note) -> Prover:
    """What proves backups there."""
    repository, password, cache, scratch, proofs = (
        Repository(place.location),
        *(Path(os.fsdecode(each)) for each in (place.password_file, place.cache, place.scratch, place.proofs)),
    )
    restic = Restic(
        repository,
        password,
        cache=cache,
        scratch=scratch,
        patience=place.patience,
        limits=place.limits,
        ease=place.ease,
    )
    direct = None if repository.directory is None else Direct(repository.directory, password)
    return Prover(restic, Proofs(proofs), scratch, note, direct)


def main() -> None:
    """The program."""
    gc.disable()  # what it learns of the tree stays until its end, and is much
    with Channel.of_program() as parent:
        try:
            task: Task = parent.receive(Task, _patient)
            entries = scan(source := Path(os.fsdecode(task.source)))
            parent.send(Seen.of(entries))
            hand = prover(task.place, lambda event, of, why: parent.send(Noted(event, of, why)))
            sight = hand.look(task.session_id, source, entries)
            gc.freeze()
            gc.enable()
            asked: Prove = parent.receive(Prove, _patient)
            hand.prove(asked.held, asked.created_at, sight)
            parent.send(Proven(asked.held.snapshot))
        except EndedError:
            return
        except base.VaultError as error:
            parent.send(Failed.of(error))


def _patient() -> bool:
    """To store a large backup takes hours."""
    return True
