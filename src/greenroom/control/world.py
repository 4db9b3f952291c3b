"""What the steps act on, and what they need to know to do so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from greenroom.control.studio_vaults import StudioVaults
from greenroom.engines.base import Engine, SessionSpec
from greenroom.store.database import Database
from greenroom.streaming.equipment import rules_for, variables
from greenroom.studio.hours import Hours
from greenroom.studio.sessions import StreamingSession
from greenroom.volumes.base import Volumes

GREENROOM = "greenroom"
"""Who stops and terminates when a timer does: `stoppedBy`, `updatedBy`."""


@dataclass(frozen=True, slots=True)
class World:
    """The engines' side of a house."""

    database: Database
    engine: Engine
    volumes: Volumes
    vaults: StudioVaults
    clock: Callable[[], datetime]
    first_uid: int | None
    """Sessions have host uids from here on, one each; None: the server is not root, and all have its own."""
    own_uid: int
    session_user: str = "artist"
    stop_grace: timedelta = timedelta(seconds=10)
    backup_interval: timedelta = timedelta(hours=4)
    local_snapshots: int = 1
    keep_replaced_snapshots: timedelta = timedelta(0)
    """How long a snapshot stays that newer ones have taken the place of; 0: it goes at once."""
    keep_deleted_backups: timedelta = timedelta(days=30)
    backup_grace: timedelta = timedelta(0)
    """How long the data of a backup that rotation took stays, to be had back."""
    quiet_hours: Hours | None = None
    """When the vault's space may be freed and old backups are proven again; None: at any time."""
    verify_within: timedelta = timedelta(days=30)
    """In which time every backup is proven again; 0: never."""
    restore_undo: timedelta = timedelta(days=7)
    backup_script_before: str = ""
    """A command for the shell of a running session, before its snapshot; empty: none."""
    backup_script_after: str = ""
    backup_script_timeout: timedelta = timedelta(seconds=30)
    """How long what runs before or after a snapshot may take in all."""
    backup_freeze: timedelta = timedelta(seconds=1)
    """How long a running session stands still at most while its files are copied; 0: it does not."""
    outbound: bool = False
    """Whether sessions reach other machines."""
    shared_directory: Path = Path("/nonexistent")
    """Whose entries are the file systems that sessions may share; nothing else of the host can be."""
    script_timeout: timedelta = timedelta(minutes=5)
    sign_in_idle: timedelta = timedelta(hours=12)
    image_root: Callable[[str], Path | None] = lambda _ec2_image_id: None
    """The root file system of an `ec2ImageId`; None for one that nobody registered, which is the machine's own."""
    run_again_after_reboot: bool = False
    """Whether sessions that ran when the machine went down run again; False: they end STOPPED, with a backup."""
    event_retention: timedelta = timedelta(days=30)
    stop_warnings: Sequence[timedelta] = ()
    """How long before a session stops by itself something is said in its desktop, each."""
    idle_stop: timedelta = timedelta(0)
    """After how long without use sessions stop, where their launch profile says nothing else; 0: never."""

    def uid(self, session: StreamingSession) -> int:
        """Owner of the session's files on the host."""
        return self.own_uid if self.first_uid is None else self.first_uid + session.number

    def spec(self, session: StreamingSession, volume: Path) -> SessionSpec:
        """What the engine is to run for the session."""
        with self.database.read() as connection:
            rules = rules_for(connection, session.launch_profile_id, self.session_user)
        return SessionSpec(
            session_id=session.session_id,
            hostname=f"session-{session.number}",
            user=self.session_user,
            uid=self.uid(session),
            volume=volume,
            environment={
                "GREENROOM_SESSION_ID": session.session_id,
                "GREENROOM_STARTED_FROM_BACKUP_ID": session.started_from_backup_id or "",
                **variables(rules),
            },
        )
