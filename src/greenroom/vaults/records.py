"""The studio's records in the vault: a snapshot of one file, beside the backups and apart from them."""

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from greenroom.vaults.base import VaultError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic
from greenroom.vaults.guard import Guard
from greenroom.vaults.labels import SnapshotRecord, checked_id
from greenroom.vaults.namespace import Mount
from greenroom.vaults.scratch import scratch

TAG = "greenroom-records"
"""Tag and host name of these snapshots; `greenroom`, which backups have, finds none of them."""

_ROOT = "/greenroom-records"
_FILE = "records.json"
_STUDIO = "studio="
"""What begins the tag that says whose records they are: servers that share a vault each keep their own."""
_KEPT, _MOST = 3, 12
"""So many stay when there are more than so many: forgetting takes the repository from everybody else for a moment."""
_QUICK = 300.0
_SNAPSHOTS = msgspec.json.Decoder(list[SnapshotRecord])


class RecordsShelf:
    """Puts the records away and fetches the newest."""

    def __init__(self, restic: Restic, guard: Guard, scratch_directory: Path) -> None:
        self._restic = restic
        self._guard = guard
        self._scratch = scratch_directory

    def put(self, document: bytes, studio_id: str) -> None:
        """Keep the document; that studio's older ones go by and by. Raises VaultError."""
        mine = self.all(studio_id)
        # A clock that was set back must not make them older than what they take the place of.
        later = [] if not mine or mine[-1].time < datetime.now(UTC) else ["--time", _after(mine[-1].time)]
        with scratch(self._scratch) as directory, self._guard.shared():
            (directory / _FILE).write_bytes(document)
            call = Call(
                ("backup", "--json", "--quiet", "--host", TAG, "--tag", ",".join(_tags(studio_id)), *later, _ROOT),
                doing="storing the records",
                mounts=(Mount(directory, _ROOT),),
                at_ease=True,
            )
            self._restic.output(call)
        if len(mine) + 1 > _MOST:  # with the new one, which is not looked up
            self._forget(mine[: 1 - _KEPT])

    def trim(self) -> None:
        """Let each studio's older documents go, where it has many."""
        self._forget([record for shelf in self._of_each().values() if len(shelf) > _MOST for record in shelf[:-_KEPT]])

    def _forget(self, older: Sequence[SnapshotRecord]) -> None:
        if older:
            # Where nothing may be deleted they stay: they are small, and an operator's prune takes them.
            with contextlib.suppress(VaultError), self._guard.alone():
                ids = [record.id for record in older]
                self._restic.output(Call(("forget", *ids), doing="forgetting older records", deadline=_QUICK))

    def studios(self) -> list[str]:
        """The studios whose records are here, in the order of their ids. Raises VaultError."""
        return sorted(studio_id for studio_id in self._of_each() if studio_id)

    def newest_of_each(self) -> list[SnapshotRecord]:
        """The snapshot of each studio's newest document. Raises VaultError."""
        return [shelf[-1] for shelf in self._of_each().values()]

    def newest(self, studio_id: str = "") -> bytes | None:
        """The newest document of that studio, or of any, that can be read whole; None where there never was one.

        Raises VaultError.
        """
        found = self.all(studio_id)
        for record in reversed(found):
            call = Call(("dump", record.id, f"{_ROOT}/{_FILE}"), doing="reading the records", deadline=_QUICK)
            try:
                with self._guard.shared():
                    return self._restic.read(call)
            except VaultError:
                if record is found[0]:
                    raise
        return None

    def all(self, studio_id: str = "") -> list[SnapshotRecord]:
        """The snapshots of that studio's documents, or of every one's, oldest first. Raises VaultError."""
        call = Call(
            ("snapshots", "--json", "--tag", ",".join(_tags(studio_id))),
            doing="looking for the records",
            deadline=_QUICK,
        )
        with self._guard.shared():
            output = self._restic.read(call)
        return sorted(_SNAPSHOTS.decode(output), key=lambda record: record.time)

    def _of_each(self) -> dict[str, list[SnapshotRecord]]:
        """The snapshots by studio, oldest first; those that do not say whose they are under the empty name."""
        shelves: dict[str, list[SnapshotRecord]] = {}
        for record in self.all():
            named = next((tag.removeprefix(_STUDIO) for tag in record.tags if tag.startswith(_STUDIO)), "")
            shelves.setdefault(named, []).append(record)
        return shelves


def _tags(studio_id: str) -> list[str]:
    return [TAG, f"{_STUDIO}{checked_id('studio', studio_id)}"] if studio_id else [TAG]


def _after(moment: datetime) -> str:
    return (moment.astimezone(UTC) + timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S")
