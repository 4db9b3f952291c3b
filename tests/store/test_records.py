"""Records come back from their rows as they were, on both databases; and a save writes what changed, no more."""

from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Table, delete
from sqlalchemy.exc import StatementError
from tests.records import make_backup, make_session
from tests.store.strategies import records_of
from tests.support import START

from greenroom.store import backups, records, sessions, tables
from greenroom.store.database import Database
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.components import StudioComponent
from greenroom.studio.eulas import Eula, EulaAcceptance
from greenroom.studio.images import StreamingImage
from greenroom.studio.launch_profiles import LaunchProfile
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.streams import StreamingSessionStream
from greenroom.studio.studios import AccessKey, Studio, User

KINDS: list[tuple[type[Any], Table]] = [
    (Studio, tables.studios),
    (User, tables.users),
    (AccessKey, tables.access_keys),
    (StudioComponent, tables.studio_components),
    (StreamingImage, tables.streaming_images),
    (Eula, tables.eulas),
    (EulaAcceptance, tables.eula_acceptances),
    (LaunchProfile, tables.launch_profiles),
    (StreamingSession, tables.streaming_sessions),
    (StreamingSessionBackup, tables.streaming_session_backups),
    (StreamingSessionStream, tables.streaming_session_streams),
]
every_kind = pytest.mark.parametrize(("kind", "table"), KINDS, ids=[kind.__name__ for kind, _ in KINDS])
on_one_database = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=20)


def key_of(table: Table) -> str:
    (primary,) = table.primary_key.columns
    return primary.name


@every_kind
def test_every_member_has_a_column(kind: type[Any], table: Table) -> None:
    assert {member.name for member in fields(kind)} <= set(table.columns.keys())


@every_kind
@on_one_database
@given(data=st.data())
def test_a_record_comes_back_as_it_was(database: Database, kind: type[Any], table: Table, data: st.DataObject) -> None:
    record = data.draw(records_of(kind, table))
    with database.write() as connection:
        records.insert(connection, table, record)
        assert records.get(connection, kind, table, getattr(record, key_of(table))) == record
        connection.execute(delete(table))


@every_kind
@on_one_database
@given(data=st.data())
def test_a_saved_record_is_what_it_became(
    database: Database, kind: type[Any], table: Table, data: st.DataObject
) -> None:
    before, after = data.draw(records_of(kind, table)), data.draw(records_of(kind, table))
    key = getattr(before, key_of(table))
    after = replace(after, **{key_of(table): key})
    with database.write() as connection:
        records.insert(connection, table, before)
        records.save(connection, table, before, after)
        assert records.get(connection, kind, table, key) == after
        connection.execute(delete(table))


def test_two_writers_of_different_members_both_survive(database: Database) -> None:
    before = make_session()
    with database.write() as connection:
        sessions.insert(connection, before)
    with database.write() as connection:
        sessions.save(connection, before, replace(before, tags={"shot": "010"}))
    with database.write() as connection:
        sessions.save(connection, before, replace(before, volume_id="another"))
    with database.read() as connection:
        assert sessions.get(connection, before.session_id) == replace(before, tags={"shot": "010"}, volume_id="another")


def test_a_save_without_a_change_writes_nothing(database: Database) -> None:
    before = make_session()
    with database.write() as connection:
        sessions.insert(connection, before)
        sessions.save(connection, before, replace(before, status_message="Running"))
        sessions.save(connection, before, before)
        after = sessions.get(connection, before.session_id)
    assert after == replace(before, status_message="Running")


def test_a_save_changes_no_other_record(database: Database) -> None:
    one, other = make_backup(), make_backup()
    with database.write() as connection:
        backups.insert(connection, one)
        backups.insert(connection, other)
        backups.save(connection, one, replace(one, note="before the client review"))
        assert backups.get(connection, other.backup_id) == other


def test_there_is_no_record_under_an_unknown_id(database: Database) -> None:
    with database.read() as connection:
        assert backups.get(connection, "iZWXLQnSRyWk2pGbNFhTLg") is None


def test_a_moment_without_a_time_zone_is_refused(database: Database) -> None:
    naive = make_backup(created_at=START.replace(tzinfo=None))
    with pytest.raises(StatementError, match="without a time zone"), database.write() as connection:
        backups.insert(connection, naive)
