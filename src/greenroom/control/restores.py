"""Having a session's volume before it runs: its own, a fresh one, or one filled from a backup."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog

from greenroom.control.loop import Held
from greenroom.control.world import World
from greenroom.store import backups, restores
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.launch_profiles import DEFAULT_VOLUME_SIZE_GIB
from greenroom.studio.origins import StartOrigin
from greenroom.studio.restores import Restore, started_from
from greenroom.studio.sessions import StreamingSession
from greenroom.vaults.base import Progress
from greenroom.volumes.base import VolumeNotFoundError, VolumesError
from greenroom.volumes.notes import has_note, leave_note
from greenroom.volumes.ownership import hand_over

log = structlog.get_logger("greenroom.control")

NOTE = (".greenroom", "started-from")
"""Where, in its home, a session says what it was started from."""
GIB = 1024**3
PACE = timedelta(seconds=1)
"""Time between two records of a restore's progress."""


def provide_volume(world: World, session: StreamingSession, held: Held) -> Path:
    """The session's volume, whole and its own. Raises VolumesError and VaultError kinds."""
    volume_id = session.volume_id
    if volume_id is None:
        raise VolumeNotFoundError("The session has no volume. Start it from one of its backups.")
    if session.volume_filled:
        volume = world.volumes.path(volume_id)
    elif session.restore_backup_id is None:
        uid = world.uid(session)
        volume = world.volumes.create(volume_id, uid, uid)
    else:
        volume = _filled(world, session, session.restore_backup_id, volume_id, held)
    world.volumes.limit(volume_id, _size(session))
    _tell(world, session, volume)
    return volume


def _size(session: StreamingSession) -> int:
    """Bytes that the session's volume may hold; one without a configuration has what is usual."""
    configuration = session.volume_configuration
    return ((configuration and configuration.size) or DEFAULT_VOLUME_SIZE_GIB) * GIB


def _filled(world: World, session: StreamingSession, backup_id: str, volume_id: str, held: Held) -> Path:
    if volume_id in world.volumes.volume_ids():
        volume = world.volumes.path(volume_id)
    elif world.volumes.find_snapshot(backup_id) is not None:
        volume = world.volumes.clone(backup_id, volume_id)
    else:
        backup = _backup(world, backup_id)
        target = world.volumes.receive(volume_id)
        progress = _Progress(world, session.session_id, backup_id, held)
        size = (backup and backup.size_bytes) or 0
        world.vaults.of(session.studio_id).restore(backup_id, target, progress, size_bytes=size)
        volume = world.volumes.accept(volume_id)
    if world.first_uid is not None and _is_of_another(world, session, backup_id):
        # Where each session has a uid of its own, another session's files must become this one's.
        hand_over(volume, world.uid(session), world.uid(session))
    return volume


def _is_of_another(world: World, session: StreamingSession, backup_id: str) -> bool:
    backup = _backup(world, backup_id)
    return backup is not None and backup.session_id != session.session_id


class _Progress:
    """Writes down how far a restore has come, once a second, for everybody to read."""

    def __init__(self, world: World, session_id: str, backup_id: str, held: Held) -> None:
        self._clock = world.clock
        self._held = held
        now = world.clock()
        self._restore = Restore(
            session_id=session_id, backup_id=backup_id, started_at=now, updated_at=now, done_bytes=0, total_bytes=0
        )
        self._write(now)

    def __call__(self, progress: Progress) -> None:
        now = self._clock()
        self._restore = replace(
            self._restore, updated_at=now, done_bytes=progress.done_bytes, total_bytes=progress.total_bytes
        )
        if abs(now - self._written_at) >= PACE or progress.done_bytes >= progress.total_bytes:
            self._write(now)

    def _write(self, now: datetime) -> None:
        # Whoever lost the lease stops here, before two fill one volume.
        with self._held.write() as connection:
            restores.put(connection, self._restore)
        self._written_at = now


def _tell(world: World, session: StreamingSession, volume: Path) -> None:
    """Say in the session's home what it is started from; a home that was never restored has no such note."""
    origin = started_from(session)
    if origin is StartOrigin.FRESH or (origin is StartOrigin.VOLUME and not has_note(volume, NOTE)):
        return
    try:
        leave_note(volume, *NOTE, _note(world, session, origin))
    except VolumesError as error:
        # A full disk, or a file of the artist's where the folder would be: no reason not to start.
        log.warning("note-not-left", id=session.session_id, error=str(error))


def _note(world: World, session: StreamingSession, origin: StartOrigin) -> str:
    if origin is StartOrigin.BACKUP:
        backup_id = session.restore_backup_id or session.started_from_backup_id or ""
        backup = _backup(world, backup_id)
        moment = backup and (backup.snapshot_at or backup.created_at)
        return f"Started from the backup {backup_id}{f', files as of {_shown(moment)}' if moment else ''}.\n"
    if origin is StartOrigin.UNDONE:
        when = f" at {_shown(session.volume_since)}" if session.volume_since else ""
        return f"Started from the files that a restore had replaced; it was undone{when}.\n"
    when = f" at {_shown(session.stopped_at)}" if session.stopped_at else ""
    return f"Started from the session's own files, as its stop{when} left them.\n"


def _backup(world: World, backup_id: str) -> StreamingSessionBackup | None:
    with world.database.read() as connection:
        return backups.get(connection, backup_id)


def _shown(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S UTC")
