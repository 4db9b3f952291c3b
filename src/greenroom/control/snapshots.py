"""Taking the snapshot that a backup is made from."""

from dataclasses import replace

from greenroom.control.loop import Held
from greenroom.control.world import World
from greenroom.store import backups
from greenroom.studio.backups import StreamingSessionBackup


def take_snapshot(world: World, held: Held, backup: StreamingSessionBackup, volume_id: str) -> StreamingSessionBackup:
    """Have a durable snapshot of the volume under the backup's id, and say so in its record.

    Repeated after a crash it finds the snapshot that is there. Raises VolumesError.
    """
    snapshot = world.volumes.find_snapshot(backup.backup_id)
    if snapshot is None:
        # What programs had written but the kernel not yet: flushed first, so that the snapshot itself is short.
        world.volumes.flush(volume_id)
        snapshot = world.volumes.snapshot(volume_id, backup.backup_id)
    with held.write() as connection:
        before = backups.get(connection, backup.backup_id, for_update=True)
        if before is None:
            return backup
        after = replace(before, snapshot_at=snapshot.created_at, consistency=snapshot.consistency.value)
        backups.save(connection, before, after)
    return after
