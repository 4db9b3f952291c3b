"""Rebuilding a studio in an empty data directory from its vault alone."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import Connection

from greenroom.access.keys import new_access_key
from greenroom.access.passwords import generate_password
from greenroom.access.secret_box import load_or_create_key
from greenroom.control import backups as backup_steps
from greenroom.control import sessions as session_steps
from greenroom.control.resources import KINDS
from greenroom.server import settings as settings_table
from greenroom.server.founding import FoundingRefused, keep_key
from greenroom.server.house import KEY_FILE, House
from greenroom.server.settings import Settings
from greenroom.store import people, portable, records, studios, tables, work
from greenroom.store.portable import DocumentError, Rows
from greenroom.studio.backups import StreamingSessionBackup, broken, proven
from greenroom.studio.recovery import by_session, recovered_backup, recovered_session, unrecorded_backup
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState as State
from greenroom.studio.studios import User
from greenroom.vaults.base import (
    BackupBrokenError,
    BackupMissingError,
    RepositoryAbsentError,
    StoredBackup,
    Vault,
    VaultError,
)

_MARK = "recovering"
"""In a data directory whose recovery has begun and not ended."""


@dataclass(frozen=True, slots=True)
class Unopened:
    """A studio whose own repository could not be opened."""

    studio: str
    """Its id."""
    message: str
    """Which repository, and why."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was recovered, and how its first administrator gets in; the secrets are shown this once."""

    studio_id: str
    studio_name: str
    region: str
    account_id: str
    endpoint: str
    written_at: datetime
    """When the records that were found had been kept."""
    sessions: int
    backups: int
    """READY ones."""
    missing: int
    """Backups that the records speak of and the vault does not hold, or not whole."""
    unknown: int
    """Backups in the vault of sessions that the records do not know; restic reads them."""
    unopened: Sequence["Unopened"]
    """Studios whose own repositories could not be opened: what is in them is not among the above."""
    username: str
    password: str
    access_key_id: str
    secret_access_key: str


def recover_studio(data: Path, vault: str, password_file: Path, studio_id: str = "") -> Recovery:
    """Make `data` the house of the studio whose vault that is, with all its further studios, each out of its own
    repository below it; of a further studio's repository, the house of that one alone. `studio_id` says which house
    where several share the vault. A recovery that broke off is taken up again.

    Raises FoundingRefused where the directory holds something else or the vault no records, and what the storage, the
    database and the vault raise.
    """
    password = _password(password_file)
    _claim(data)
    _write_private(data / "vault-password", password)
    settings = Settings.load(data, vault=vault, vault_password_file=data / "vault-password")
    house = House(settings, load_or_create_key(data / KEY_FILE))
    try:
        house.vaults.founding.open(create=False)
        document = _document(house.vaults.founding, studio_id)
        kept = {"region": document.region, "account_id": document.account_id, "vault": vault}
        settings_table.record(data, kept)
    finally:
        house.close()
    # With the region and the account that ids and ARNs carry from here on.
    house = House(Settings.load(data), load_or_create_key(data / KEY_FILE))
    try:
        house.database.migrate()
        _ = house.volumes  # probed by making it: a studio without storage is not recovered
        recovery = _rebuild(house, document)
        house.audit_command("RecoverStudio", studioId=recovery.studio_id, vault=house.vaults.founding.name)
    finally:
        house.close()
    (data / _MARK).unlink()
    return recovery


def _rebuild(house: House, document: portable.Document) -> Recovery:
    now = house.clock()
    rows = {name: document.rows(name) for name in portable.CARRIED}
    sessions = {row["session_id"]: records.from_mapping(StreamingSession, row) for row in rows["streaming_sessions"]}
    kept = _Kept(house, rows, sessions)
    backups = _backups(kept, rows["streaming_session_backups"], sessions, now)
    newest = by_session(backups)
    recovered = [recovered_session(each, newest.get(each.session_id), now) for each in sessions.values()]
    rows["streaming_sessions"] = [records.to_row(each, tables.streaming_sessions) for each in recovered]
    rows["streaming_session_backups"] = [
        records.to_row(each, tables.streaming_session_backups) for each in backups.values()
    ]
    # Nobody's: people get a new one from the administrator.
    nobody = house.passwords.hash(generate_password())
    rows["users"] = [row | {"password_hash": nobody} for row in rows["users"]]
    password, key = generate_password(), new_access_key()
    with house.database.write() as connection:
        if not studios.every(connection):
            portable.fill(connection, rows)
            _schedule(connection, rows, recovered, backups, now)
        administrator = _administrator(rows["users"])
        people.set_password_hash(connection, administrator.principal_id, house.passwords.hash(password))
        keep_key(house, connection, administrator.principal_id, key)
        studio = studios.get(connection, document.studio_id) or studios.every(connection)[0]
    return Recovery(
        studio_id=studio.studio_id,
        studio_name=studio.display_name,
        region=studio.region,
        account_id=studio.account_id,
        endpoint=house.settings.endpoint,
        written_at=document.written_at,
        sessions=sum(each.state is State.STOPPED for each in recovered),
        backups=sum(each.state is State.READY for each in backups.values()),
        missing=sum(each.state is State.CREATE_FAILED for each in backups.values()),
        unknown=sum(stored.label.session_id not in sessions for stored in kept.held.values()),
        unopened=kept.unopened,
        username=administrator.user_name,
        password=password,
        access_key_id=key.access_key_id,
        secret_access_key=key.secret_access_key,
    )


class _Kept:
    """What the repositories of a house's studios hold."""

    def __init__(self, house: House, rows: Mapping[str, Rows], sessions: Mapping[str, StreamingSession]) -> None:
        self._vaults = house.vaults
        self._paths = {row["studio_id"]: row.get("vault_path", "") for row in rows["studios"]}
        self.held: dict[str, StoredBackup] = {}
        self.unopened: list[Unopened] = []
        """Studios whose repositories could not be opened though they have backups on record."""
        wanted = {row["studio_id"] for row in rows["streaming_session_backups"] if row["state"] != State.DELETED}
        for path in sorted({"", *self._paths.values()}):
            try:
                self._look(path, sessions)
            except VaultError as error:
                if not path:
                    raise
                here = [studio_id for studio_id, at in self._paths.items() if at == path]
                if wanted.isdisjoint(here) and isinstance(error, RepositoryAbsentError):
                    continue  # never made: there was nothing to be kept in it
                self.unopened += [Unopened(studio_id, str(error)) for studio_id in here]

    def _look(self, path: str, sessions: Mapping[str, StreamingSession]) -> None:
        vault = self._vaults.at(path)
        vault.open(create=False)
        for stored in vault.backups():
            session = sessions.get(stored.label.session_id)
            # Of a studio counts what is in its own repository, whatever the labels in another one say.
            if session is None or self._paths.get(session.studio_id, "") == path:
                self.held[stored.label.backup_id] = stored

    def why_not(self, studio_id: str) -> str:
        """Why a backup of that studio is not among those held."""
        for each in self.unopened:
            if each.studio == studio_id:
                return f"Its studio's repository could not be opened when the house was recovered. {each.message}"[
                    :1024
                ]
        return "The vault that the studio was recovered from does not hold it."

    def verify(self, backup: StreamingSessionBackup) -> None:
        """Read it back out of its studio's repository. Raises VaultError kinds."""
        self._vaults.at(self._paths.get(backup.studio_id, "")).verify(backup.backup_id)


def _backups(
    kept: _Kept, rows: Rows, sessions: Mapping[str, StreamingSession], now: datetime
) -> dict[str, StreamingSessionBackup]:
    """Every backup, by id: those of the records as the vaults have them, and those that they alone know."""
    found: dict[str, StreamingSessionBackup] = {}
    doubtful: list[str] = []
    for row in rows:
        backup = records.from_mapping(StreamingSessionBackup, row)
        stored = kept.held.get(backup.backup_id)
        found[backup.backup_id], doubted = recovered_backup(
            backup, stored.snapshot if stored else None, now, kept.why_not(backup.studio_id)
        )
        doubtful += [backup.backup_id] if doubted else []
    for backup_id, stored in kept.held.items():
        session = sessions.get(stored.label.session_id)
        if backup_id not in found and session is not None:
            found[backup_id] = unrecorded_backup(session, backup_id, stored.snapshot, stored.label.created_at)
            doubtful.append(backup_id)
    for backup_id in doubtful:
        # Nothing says that these were ever proven: they are read back, all of them, before they are READY.
        try:
            kept.verify(found[backup_id])
        except (BackupBrokenError, BackupMissingError) as error:
            found[backup_id] = broken(found[backup_id], str(error)[:1024])
        else:
            found[backup_id] = proven(found[backup_id], now)
    return found


def _schedule(
    connection: Connection,
    rows: Mapping[str, Rows],
    sessions: list[StreamingSession],
    backups: Mapping[str, StreamingSessionBackup],
    now: datetime,
) -> None:
    """The work that the old machine would have had to do."""
    for session in sessions:
        if session.terminate_at is not None:
            work.schedule(connection, session_steps.WORK, session.session_id, session.terminate_at)
    for backup in backups.values():
        if backup.state is State.DELETE_IN_PROGRESS:
            work.schedule(connection, backup_steps.WORK, backup.backup_id, now)
    for kind, table in _CHANGING.items():
        (primary,) = table.primary_key.columns
        for row in rows[table.name]:
            if row["state"].endswith("_IN_PROGRESS"):
                work.schedule(connection, kind, row[primary.name], now)


_CHANGING = {
    "launch-profile": tables.launch_profiles,
    "studio-component": tables.studio_components,
    "streaming-image": tables.streaming_images,
    "studio": tables.studios,
}
if _CHANGING.keys() != KINDS.keys():
    raise AssertionError(f"kinds of records whose changes nobody would end: {_CHANGING.keys() ^ KINDS.keys()}")


def _administrator(users: Rows) -> User:
    people_there = [records.from_mapping(User, row) for row in users]
    administrators = [user for user in people_there if user.administrator and user.disabled_at is None]
    if not administrators:
        raise FoundingRefused("The records in the vault have no administrator who could be let in.")
    return min(administrators, key=lambda user: (user.created_at, user.principal_id))


def _document(vault: Vault, studio_id: str) -> portable.Document:
    there = vault.record_studios()
    if studio_id and studio_id not in there:
        raise FoundingRefused(f"{vault.name} has no records of a studio {studio_id}, but of: {', '.join(there)}.")
    if len(there) > 1 and not studio_id:
        raise FoundingRefused(
            f"{vault.name} has the records of several studios: {', '.join(there)}. Say which one with --studio."
        )
    encoded = vault.records(studio_id)
    if encoded is None:
        raise FoundingRefused(
            f"{vault.name} opens, but no records of a studio were ever kept in it. Its backups are read with restic"
            " alone; the manual's page 'Read backups with restic' says how."
        )
    try:
        return portable.read(encoded)
    except (DocumentError, msgspec.ValidationError) as error:
        raise FoundingRefused(str(error)) from error


def _password(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FoundingRefused(f"The vault's password cannot be read from {path}: {error.strerror}.") from error


def _claim(data: Path) -> None:
    """Have the directory for this recovery alone. Raises FoundingRefused where it holds anything else."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (data / _MARK).exists() and any(data.iterdir()):
        raise FoundingRefused(
            f"{data} is not empty: a studio is recovered into an empty directory only, so that nothing is overwritten."
            " Name another."
        )
    data.chmod(0o700)
    (data / _MARK).touch(mode=0o600)


def _write_private(path: Path, content: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def shown(recovery: Recovery) -> Mapping[str, Any]:
    """As JSON has it, in the API's spelling."""
    return {_camel(name): value for name, value in asdict(recovery).items()}


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(each.title() for each in others)
