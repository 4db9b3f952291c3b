"""The studio's records in the vault: a snapshot of one file, beside the backups and apart from them."""

import contextlib
from pathlib import Path

import msgspec

from greenroom.vaults.base import VaultError
from greenroom.vaults.call import Call
from greenroom.vaults.command import Restic
from greenroom.vaults.guard import Guard
from greenroom.vaults.labels import SnapshotRecord
from greenroom.vaults.namespace import Mount
from greenroom.vaults.scratch import scratch

TAG = "greenroom-records"
"""Tag and host name of these snapshots; `greenroom`, which backups have, finds none of them."""

_ROOT = "/greenroom-records"
_FILE = "records.json"
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

    def put(self, document: bytes) -> None:
        """Keep the document; older ones go by and by. Raises VaultError."""
        with scratch(self._scratch) as directory, self._guard.shared():
            (directory / _FILE).write_bytes(document)
            call = Call(
                ("backup", "--json", "--quiet", "--host", TAG, "--tag", TAG, _ROOT),
                doing="storing the records",
                mounts=(Mount(directory, _ROOT),),
                at_ease=True,
            )
            self._restic.output(call)
        self.trim()

    def trim(self) -> None:
        """Let older documents go, where there are many."""
        older = self.all()[:-_KEPT]
        if len(older) + _KEPT > _MOST:
            # Where nothing may be deleted they stay: they are small, and an operator's prune takes them.
            with contextlib.suppress(VaultError), self._guard.alone():
                ids = [record.id for record in older]
                self._restic.output(Call(("forget", *ids), doing="forgetting older records", deadline=_QUICK))

    def newest(self) -> bytes | None:
        """The newest document that can be read whole; None where there never was one. Raises VaultError."""
        found = self.all()
        for record in reversed(found):
            call = Call(("dump", record.id, f"{_ROOT}/{_FILE}"), doing="reading the records", deadline=_QUICK)
            try:
                with self._guard.shared():
                    return self._restic.read(call)
            except VaultError:
                if record is found[0]:
                    raise
        return None

    def all(self) -> list[SnapshotRecord]:
        """The snapshots of documents, oldest first. Raises VaultError."""
        call = Call(("snapshots", "--json", "--tag", TAG), doing="looking for the records", deadline=_QUICK)
        with self._guard.shared():
            output = self._restic.read(call)
        return sorted(_SNAPSHOTS.decode(output), key=lambda record: record.time)
