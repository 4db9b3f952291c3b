"""A world of real parts for the steps: volumes, restic and SQL as they are, an engine with nothing behind it."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.records import make_studio
from tests.support import Clock, require

from greenroom.control import backups as backup_steps
from greenroom.control import endings, housekeeping, schedules, streams
from greenroom.control import sessions as session_steps
from greenroom.control.loop import Group, Loop
from greenroom.control.resources import resource_steps
from greenroom.control.studio_vaults import StudioVaults
from greenroom.control.watch import Watch
from greenroom.control.world import World
from greenroom.engines.simulated import SimulatedEngine
from greenroom.store import backups, sessions, studios, work
from greenroom.store.database import Database
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.ids import new_id
from greenroom.studio.launch_profiles import BackupMode, Switch, VolumeConfiguration
from greenroom.studio.sessions import (
    StreamingSession,
    VolumeRetentionMode,
    begin_delete,
    begin_start,
    begin_stop,
)
from greenroom.studio.status import SessionState, SessionStatusCode
from greenroom.vaults.choose import choose as choose_vault
from greenroom.vaults.restic import ResticVault
from greenroom.volumes.choose import choose as choose_volumes

STUDIO_ID = "us-west-2:stid-abcdefghijklmnop"
OWNER = "90677b4b19-e9fd012a-94ad-4f16-9866-c69a63ab6486"


@dataclass
class Stage:
    """A world, its loop, and the calls that an API would make on it."""

    world: World
    loop: Loop
    clock: Clock
    engine: SimulatedEngine
    directory: Path

    @property
    def database(self) -> Database:
        return self.world.database

    @property
    def vault(self) -> ResticVault:
        """The founding studio's."""
        return self.world.vaults.founding

    def watch(self) -> Watch:
        return Watch(self.world, lambda: None)

    def session(self, session_id: str) -> StreamingSession:
        with self.database.read() as connection:
            session = sessions.get(connection, session_id)
        assert session is not None
        return session

    def backups(self, session_id: str) -> list[StreamingSessionBackup]:
        """Oldest first."""
        with self.database.read() as connection:
            return backups.of_session(connection, session_id)

    def backup(self, backup_id: str) -> StreamingSessionBackup:
        with self.database.read() as connection:
            backup = backups.get(connection, backup_id)
        assert backup is not None
        return backup

    def home(self, session_id: str) -> Path:
        """The session's files."""
        volume_id = self.session(session_id).volume_id
        assert volume_id is not None
        return self.world.volumes.path(volume_id)

    def create(self, **settings: object) -> str:
        """A session, READY."""
        now = self.clock()
        with self.database.write() as connection:
            session = StreamingSession(
                session_id=new_id(),
                studio_id=STUDIO_ID,
                launch_profile_id="yeG7lDwNQEiwNTRT7DrV7Q",
                streaming_image_id="Cx_wZ1jRTPmeHGXF2yQ9jw",
                ec2_instance_type="g4dn.xlarge",
                owned_by=OWNER,
                created_by=OWNER,
                created_at=now,
                updated_by=OWNER,
                updated_at=now,
                state=SessionState.CREATE_IN_PROGRESS,
                status_code=SessionStatusCode.CREATE_IN_PROGRESS,
                backup_mode=BackupMode.AUTOMATIC,
                max_backups_to_retain=2,
                session_persistence_mode=Switch.ACTIVATED,
                automatic_termination_mode=Switch.DEACTIVATED,
                max_session_length=timedelta(hours=11, minutes=30),
                max_stopped_session_length=timedelta(0),
                volume_configuration=VolumeConfiguration(),
                number=sessions.next_number(connection),
                volume_id=new_id(),
            )
            session = replace(session, **settings)  # type: ignore[arg-type]
            sessions.insert(connection, session)
            work.schedule(connection, session_steps.WORK, session.session_id, now)
        self.loop.run_due()
        return session.session_id

    def ask_stop(self, session_id: str, retention: VolumeRetentionMode | None = None) -> None:
        """What StopStreamingSession records."""
        before = self.session(session_id)
        self._record(before, begin_stop(before, by=OWNER, retention=retention, now=self.clock()))

    def ask_start(self, session_id: str, backup_id: str | None = None) -> None:
        """What StartStreamingSession records."""
        before = self.session(session_id)
        volume_id = new_id() if backup_id or before.volume_id is None else before.volume_id
        self._record(
            before,
            begin_start(before, by=OWNER, restore_backup_id=backup_id, volume_id=volume_id, now=self.clock()),
        )

    def ask_delete(self, session_id: str) -> None:
        """What DeleteStreamingSession records."""
        before = self.session(session_id)
        self._record(before, begin_delete(before, by=OWNER, now=self.clock()))

    def _record(self, before: StreamingSession, after: StreamingSession) -> None:
        with self.database.write() as connection:
            sessions.save(connection, before, after)
            work.schedule(connection, session_steps.WORK, after.session_id, self.clock())

    def stop(self, session_id: str, retention: VolumeRetentionMode | None = None) -> StreamingSessionBackup | None:
        """Stop, and carry everything out; the stop's backup."""
        self.clock.advance(minutes=1)
        self.ask_stop(session_id, retention)
        self.loop.run_due()
        last = self.session(session_id).last_backup_id
        return self.backup(last) if last else None

    def start(self, session_id: str, backup_id: str | None = None) -> None:
        """Start, and carry everything out."""
        self.clock.advance(minutes=1)
        self.ask_start(session_id, backup_id)
        self.loop.run_due()

    def keep_house(self) -> None:
        """A round of housekeeping and what follows from it."""
        with self.database.write() as connection:
            work.schedule(connection, housekeeping.WORK, housekeeping.RESOURCE, self.clock())
        self.loop.run_due()


def loop_of(world: World, clock: Clock) -> Loop:
    """A loop with every step, as the server has it."""
    groups = [
        Group(
            "sessions",
            {
                session_steps.WORK: session_steps.SessionSteps(world),
                streams.WORK: streams.StreamSteps(clock),
                schedules.WORK: schedules.ScheduleSteps(world),
                **resource_steps(clock),
            },
            1,
        ),
        Group("endings", {endings.WORK: endings.EndingSteps(world)}, 1),
        Group("backups", {backup_steps.WORK: backup_steps.BackupSteps(world)}, 1),
        Group(
            "housekeeping",
            {
                housekeeping.WORK: housekeeping.HousekeepingSteps(world),
                housekeeping.PRUNE_WORK: housekeeping.PruneSteps(world),
            },
            1,
        ),
    ]
    return Loop(world.database, groups, clock=clock)


def vault_in(repository: Path, directory: Path, cache: str, key: str = "vault-password") -> ResticVault:
    """A vault with the stage's password, not opened."""
    return choose_vault(
        f"restic:{repository}",
        password_file=directory / key,
        cache=directory / cache,
        scratch=directory / "vault-scratch",
    )


@pytest.fixture
def sqlite(migrated_sqlite: Path, clock: Clock, tmp_path: Path) -> Iterator[Database]:
    """A database of its own, on SQLite: what the steps write is tested on both kinds in tests/store."""
    file = tmp_path / "greenroom.db"
    file.write_bytes(migrated_sqlite.read_bytes())
    database = Database(f"sqlite:///{file}", clock=clock)
    yield database
    database.close()


@pytest.fixture
def stage(sqlite: Database, clock: Clock, tmp_path: Path) -> Iterator[Stage]:
    """The world, empty."""
    require("restic")
    require("bwrap")
    volumes = choose_volumes("copy", tmp_path / "volumes")
    volumes.open()
    # As long as a generated one, so that the repositories open without delay.
    (tmp_path / "vault-password").write_text("correct horse battery staple, and a few words more\n")
    with sqlite.write() as connection:
        studios.insert(connection, make_studio(studio_id=STUDIO_ID))
    vaults = StudioVaults(sqlite, lambda path: vault_in(tmp_path / "vault" / path, tmp_path, f"vault-cache{path}"))
    vaults.founding.open()
    engine = SimulatedEngine(tmp_path / "simulated.db", seed=1)
    world = World(
        database=sqlite,
        engine=engine,
        volumes=volumes,
        vaults=vaults,
        clock=clock,
        first_uid=None,
        own_uid=os.geteuid(),
        stop_grace=timedelta(0),
    )
    yield Stage(world, loop_of(world, clock), clock, engine, tmp_path)
    volumes.close()
