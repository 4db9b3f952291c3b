"""Steps of streaming sessions: make what runs match what the record says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from greenroom.control.backups import WORK as BACKUP_WORK
from greenroom.control.launching import launch_spec
from greenroom.control.local_snapshots import make_room
from greenroom.control.loop import Held, RetryLater
from greenroom.control.quiescing import come_to_rest
from greenroom.control.restores import provide_volume
from greenroom.control.snapshots import take_snapshot
from greenroom.control.world import GREENROOM, World
from greenroom.engines.base import EngineError, EnginePermanentError
from greenroom.store import backups, restores, sessions, work
from greenroom.studio.backups import Cause, broken, new_backup
from greenroom.studio.ids import new_id
from greenroom.studio.restores import set_aside
from greenroom.studio.sessions import (
    StreamingSession,
    VolumeRetentionMode,
    begin_delete,
    begin_stop,
    deleted,
    due_at,
    failed,
    next_backup_at,
    running,
    stopped,
    within_limits,
    without_volume,
)
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code
from greenroom.vaults.base import BackupBrokenError, BackupMissingError, VaultError
from greenroom.volumes.base import VolumeNotFoundError, VolumesError

log = structlog.get_logger("greenroom.control")

WORK = work.SESSION

MAX_ATTEMPTS = 5
"""Tries of one step before the session says *_FAILED."""


class SessionSteps:
    """One step for each state that asks for one."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._steps = {
            State.CREATE_IN_PROGRESS: self._run,
            State.START_IN_PROGRESS: self._run,
            State.READY: self._look_at_timers,
            State.STOP_IN_PROGRESS: self._stop,
            State.STOPPED: self._rest,
            State.DELETE_IN_PROGRESS: self._delete,
        }

    def __call__(self, session_id: str, held: Held) -> datetime | None:
        with self._world.database.read() as connection:
            session = sessions.get(connection, session_id)
        step = self._steps.get(session.state) if session else None
        return step(session, held) if session and step else None

    def _run(self, session: StreamingSession, held: Held) -> datetime | None:
        """CREATE_IN_PROGRESS, START_IN_PROGRESS: have the volume, then the session."""
        world = self._world
        try:
            volume = provide_volume(world, session, held)
            world.engine.start(launch_spec(world, session, volume))
        except (EnginePermanentError, VolumeNotFoundError, BackupMissingError, BackupBrokenError) as error:
            return self._fail(session, held, error)
        except (EngineError, VolumesError, VaultError) as error:
            make_room(world, held, error)
            if held.attempts + 1 < MAX_ATTEMPTS:
                raise RetryLater(str(error), reason=error.reason) from error
            return self._fail(session, held, error)
        now = world.clock()
        return self._become(held, session, lambda current: running(current, now, backup_interval=world.backup_interval))

    def _fail(self, session: StreamingSession, held: Held, error: Exception) -> datetime | None:
        code = Code.INTERNAL_ERROR
        if isinstance(error, EngineError) and error.status_code in Code.__members__.values():
            code = Code(error.status_code)
        message = str(error)
        if session.restore_backup_id and session.replaced_volume_id:
            message += " The session's volume is as it was before."
        log.error("session-failed", id=session.session_id, state=session.state, error=message)
        now = self._world.clock()
        return self._become(held, session, lambda current: failed(current, message=message[:1024], now=now, code=code))

    def _become(
        self, held: Held, session: StreamingSession, change: Callable[[StreamingSession], StreamingSession]
    ) -> datetime | None:
        """Write what the session becomes, unless it is no longer what the step acted on."""
        with held.write() as connection:
            current = sessions.get(connection, session.session_id, for_update=True)
            if current is None or current.state is not session.state:
                return self._world.clock()
            after = change(current)
            sessions.save(connection, current, after)
            if current.restore_backup_id is not None:
                restores.end(connection, current.session_id)
            if current.replaced_volume_id is not None and after.state is State.READY:
                now, undo = self._world.clock(), self._world.restore_undo
                sessions.keep_volume(connection, set_aside(current, current.replaced_volume_id, now=now, undo=undo))
            if after.state is State.READY:
                work.schedule(connection, work.ENDING, after.session_id, self._world.clock())
        log.info("session", id=after.session_id, state=after.state, message=after.status_message)
        return due_at(after)

    def _look_at_timers(self, session: StreamingSession, held: Held) -> datetime | None:
        """READY: stop, terminate or back up when it is time."""
        now = self._world.clock()
        if (again := self._hold_to_limits(session, held, now)) is not None:
            return again
        if session.terminate_at and session.terminate_at <= now:
            message = "The session reached the longest time that its launch profile allows."
            self._become(held, session, lambda current: begin_delete(current, by=GREENROOM, now=now, message=message))
            return now
        if session.stop_at and session.stop_at <= now:
            message = "The session was stopped at the longest time that its launch profile allows."
            self._become(
                held,
                session,
                lambda current: begin_stop(
                    current, by=GREENROOM, retention=VolumeRetentionMode.RETAIN, now=now, message=message
                ),
            )
            return now
        if session.backup_due_at and session.backup_due_at <= now:
            return self._back_up(session, held, now)
        return due_at(session)

    def _hold_to_limits(self, session: StreamingSession, held: Held, now: datetime) -> datetime | None:
        """Where the clock was set back: have the timers no further away than they were meant to be, and look again."""
        interval = self._world.backup_interval
        if within_limits(session, now, interval) == session:
            return None
        with held.write() as connection:
            current = sessions.get(connection, session.session_id, for_update=True)
            if current is not None and current.state is session.state:
                sessions.save(connection, current, within_limits(current, now, interval))
                work.schedule(connection, work.ENDING, current.session_id, now)
        log.info("timers-brought-forward", id=session.session_id)
        return now

    def _back_up(self, session: StreamingSession, held: Held, now: datetime) -> datetime | None:
        """READY: begin the backup that is due, unless the one before is still on its way to the vault."""
        with held.write() as connection:
            current = sessions.get(connection, session.session_id, for_update=True)
            if current is None or current.state is not State.READY:
                return now
            earlier = backups.of_session(connection, session.session_id)
            if not any(b.state is State.CREATE_IN_PROGRESS and b.cause is Cause.INTERVAL for b in earlier):
                made_at = backups.next_moment(connection, current.session_id, now)
                backup = new_backup(current, new_id(), cause=Cause.INTERVAL, now=made_at)
                backups.insert(connection, backup)
                work.schedule(connection, BACKUP_WORK, backup.backup_id, now)
            after = replace(current, backup_due_at=next_backup_at(current, now, self._world.backup_interval))
            sessions.save(connection, current, after)
        return due_at(after)

    def _stop(self, session: StreamingSession, held: Held) -> datetime | None:
        """STOP_IN_PROGRESS: end what runs, take the snapshot of the backup that is owed, be STOPPED."""
        world = self._world
        owed = self._come_to_rest(session, held, Cause.STOP)
        self._end(session, held)
        message = session.status_message
        try:
            self._take_snapshot(session, owed, held)
        except VolumeNotFoundError as error:
            owed = None
            self._give_up_backup(session, held, f"No snapshot could be made: {error}")
            message = f"The session's volume is not on the storage: {error} Start the session from one of its backups."
        except VolumesError as error:
            make_room(world, held, error)
            if held.attempts + 1 < MAX_ATTEMPTS:
                raise RetryLater(str(error), reason=error.reason) from error
            owed = None
            self._give_up_backup(session, held, f"No snapshot could be made: {error}")
            message = f"No backup could be made: {error} The session's files are on its volume."
        now = world.clock()
        with held.write() as connection:
            current = sessions.get(connection, session.session_id, for_update=True)
            if current is None or current.state is not State.STOP_IN_PROGRESS:
                return now
            after = stopped(replace(current, status_message=message), now)
            sessions.save(connection, current, after)
            _schedule_backup(connection, owed, now)
        log.info("session", id=after.session_id, state=after.state, message=after.status_message)
        return now

    def _end(self, session: StreamingSession, held: Held) -> None:
        try:
            self._world.engine.stop(session.session_id, self._world.stop_grace.total_seconds())
        except EngineError as error:
            if held.attempts + 1 < MAX_ATTEMPTS:
                raise RetryLater(str(error), reason=error.reason) from error
            self._give_up_backup(session, held, "The session could not be ended, so no snapshot was made.")
            self._fail(session, held, error)
            raise RetryLater(str(error), reason=error.reason) from error

    def _come_to_rest(self, session: StreamingSession, held: Held, cause: Cause) -> str | None:
        """The backup that this stop or deletion owes, the session's programs told to write; None: it owes none."""
        if session.backup_due_at is None or session.volume_id is None or not session.volume_filled:
            return None
        now = self._world.clock()
        with held.write() as connection:
            current = sessions.get(connection, session.session_id, for_update=True)
            if current is None:
                return None
            backup = backups.get(connection, current.last_backup_id) if current.last_backup_id else None
            if backup is None:
                made_at = backups.next_moment(connection, current.session_id, now)
                backup = new_backup(current, new_id(), cause=cause, now=made_at)
                backups.insert(connection, backup)
                sessions.save(connection, current, replace(current, last_backup_id=backup.backup_id))
        asked = backup.quiesced_at is not None or backup.quiesce_problem is not None
        if not asked and backup.snapshot_at is None and backup.state is State.CREATE_IN_PROGRESS:
            come_to_rest(self._world, held, backup)
        return backup.backup_id

    def _take_snapshot(self, session: StreamingSession, owed: str | None, held: Held) -> None:
        """Have the snapshot of the backup that is owed, durable. Raises VolumesError."""
        with self._world.database.read() as connection:
            backup = backups.get(connection, owed) if owed else None
        if backup is None or session.volume_id is None:
            return
        if backup.snapshot_at is None and backup.state is State.CREATE_IN_PROGRESS:
            take_snapshot(self._world, held, backup, session.volume_id, ended=True)

    def _give_up_backup(self, session: StreamingSession, held: Held, why: str) -> None:
        with held.write() as connection:
            current = sessions.get(connection, session.session_id)
            last = current.last_backup_id if current else None
            backup = backups.get(connection, last, for_update=True) if last else None
            if backup is not None and backup.state is State.CREATE_IN_PROGRESS:
                backups.save(connection, backup, broken(backup, why[:1024]))

    def _rest(self, session: StreamingSession, held: Held) -> datetime | None:
        """STOPPED: drop the volume where the stop asked for it, terminate when it is time."""
        now = self._world.clock()
        if (again := self._hold_to_limits(session, held, now)) is not None:
            return again
        if session.terminate_at and session.terminate_at <= now:
            message = "The session stayed stopped for the longest time that its launch profile allows."
            self._become(held, session, lambda current: begin_delete(current, by=GREENROOM, now=now, message=message))
            return now
        if session.volume_id is not None and self._may_drop_volume(session):
            with held.write() as connection:
                current = sessions.get(connection, session.session_id, for_update=True)
                if current is None or current.state is not State.STOPPED or not self._may_drop_volume(current):
                    return now
                if current.volume_id != session.volume_id:  # a restore was undone meanwhile
                    return now
                sessions.save(connection, current, without_volume(current, now))
            # The record says so first: a crash here leaves a volume that housekeeping finds, never a record of none.
            self._world.volumes.delete_volume(session.volume_id)
        return session.terminate_at

    def _may_drop_volume(self, session: StreamingSession) -> bool:
        """Whether the last stop asked for it and nothing is lost by it (DESIGN 5.1.5)."""
        if session.volume_retention_mode is not VolumeRetentionMode.DELETE:
            return False
        if not session.keeps_backups:
            return True
        with self._world.database.read() as connection:
            backup = backups.get(connection, session.last_backup_id) if session.last_backup_id else None
        return backup is not None and backup.state is State.READY

    def _delete(self, session: StreamingSession, held: Held) -> datetime | None:
        """DELETE_IN_PROGRESS: end what runs, take the snapshot of the last backup, drop the volumes."""
        world = self._world
        owed = self._come_to_rest(session, held, Cause.TERMINATION)
        self._end(session, held)
        try:
            self._take_snapshot(session, owed, held)
            with world.database.read() as connection:
                kept = sessions.kept_volume_ids(connection, session.session_id)
            for volume_id in filter(None, [session.volume_id, session.replaced_volume_id, *kept]):
                world.volumes.delete_volume(volume_id)
            world.engine.forget(session.session_id)
        except (VolumesError, EngineError) as error:
            make_room(world, held, error)
            if held.attempts + 1 < MAX_ATTEMPTS:
                raise RetryLater(str(error), reason=error.reason) from error
            return self._fail(session, held, error)
        now = world.clock()
        with held.write() as connection:
            current = sessions.get(connection, session.session_id, for_update=True)
            if current is None or current.state is not State.DELETE_IN_PROGRESS:
                return now
            sessions.save(connection, current, deleted(current, now))
            for volume_id in kept:
                sessions.forget_kept_volume(connection, volume_id)
            _schedule_backup(connection, owed, now)
        log.info("session", id=session.session_id, state=State.DELETED)
        return None


def _schedule_backup(connection: Connection, backup_id: str | None, now: datetime) -> None:
    if backup_id is not None:
        work.schedule(connection, BACKUP_WORK, backup_id, now)
