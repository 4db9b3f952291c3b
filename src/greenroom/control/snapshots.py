"""Taking the snapshot that a backup is made from."""

import threading
from dataclasses import replace

from greenroom.control import quiescing
from greenroom.control.loop import Held
from greenroom.control.world import World
from greenroom.store import backups
from greenroom.studio.backups import Cause, StreamingSessionBackup, moment
from greenroom.volumes.base import Consistency, Snapshot

_BY_AN_END = frozenset({Cause.STOP, Cause.TERMINATION})


def take_snapshot(
    world: World, held: Held, backup: StreamingSessionBackup, volume_id: str, *, ended: bool
) -> StreamingSessionBackup:
    """Have a durable snapshot of the volume under the backup's id, and say so, and what it shows, in its record.

    `ended`: nothing of the session runs, and nothing starts it. Else its programs are brought to rest first, as far as
    they can be, and let go on afterwards. Repeated after a crash it finds the snapshot that is there. Raises
    VolumesError.
    """
    found = world.volumes.find_snapshot(backup.backup_id)
    stood_still = ended
    if found is None and ended:
        # What programs had written but the kernel not yet: flushed first, so that the snapshot itself is short.
        world.volumes.flush(volume_id)
        snapshot = world.volumes.snapshot(volume_id, backup.backup_id)
    elif found is None:
        backup = quiescing.come_to_rest(world, held, backup)
        try:
            world.volumes.flush(volume_id)
            snapshot, stood_still = _of_a_running_session(world, backup, volume_id)
        finally:
            backup = quiescing.go_on(world, held, backup)
    else:
        snapshot = found
        if not ended:  # whoever took it died before anybody was told to go on
            backup = quiescing.go_on(world, held, backup)
    with held.write() as connection:
        before = backups.get(connection, backup.backup_id, for_update=True)
        if before is None:
            return backup
        one = stood_still or snapshot.consistency is Consistency.ATOMIC
        # Of one that had been STOPPED before, that stop was its coming to rest.
        at_rest = before.quiesced_at is not None or (ended and before.cause not in _BY_AN_END)
        shows = moment(one=one, at_rest=at_rest)
        after = replace(before, snapshot_at=snapshot.created_at, consistency=shows.value)
        backups.save(connection, before, after)
    return after


def _of_a_running_session(world: World, backup: StreamingSessionBackup, volume_id: str) -> tuple[Snapshot, bool]:
    """The snapshot, and whether the session stood still until it was whole.

    Where files are copied one after another, the session stands still for that, as long as a person may be kept
    waiting; where it takes longer it goes on, and the copy is of several moments.
    """
    longest, engine = world.backup_freeze.total_seconds(), world.engine
    if world.volumes.atomic or not longest or not engine.freeze(backup.session_id):
        return world.volumes.snapshot(volume_id, backup.backup_id), False
    alarm = threading.Timer(longest, engine.thaw, [backup.session_id])
    alarm.daemon = True
    alarm.start()
    try:
        snapshot = world.volumes.snapshot(volume_id, backup.backup_id)
    finally:
        alarm.cancel()
        stood_still = engine.thaw(backup.session_id)
    return snapshot, stood_still
