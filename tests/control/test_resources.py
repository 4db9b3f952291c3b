"""Steps of launch profiles, components, images and studios, and of streams: each ends what a call began."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select
from tests.api.calling import make_component
from tests.control.conftest import Stage
from tests.records import STUDIO_ID, make_launch_profile, make_session, make_studio

from greenroom.control.resources import KINDS
from greenroom.store import components, images, launch_profiles, sessions, streams, studios, tables, work
from greenroom.studio.images import vendor_image
from greenroom.studio.status import ResourceState, SessionState
from greenroom.studio.streams import StreamState, new_stream

MAKERS: dict[str, Callable[[Stage], tuple[Any, Any, str]]] = {
    "launch-profile": lambda _stage: (launch_profiles, make_launch_profile(), "launch_profile_id"),
    "studio-component": lambda stage: (
        components,
        make_component(created_at=stage.clock(), updated_at=stage.clock()),
        "studio_component_id",
    ),
    "streaming-image": lambda stage: (images, vendor_image(STUDIO_ID, stage.clock()), "streaming_image_id"),
    # Beside the stage's own.
    "studio": lambda _stage: (studios, make_studio(studio_name="further"), "studio_id"),
}
every_kind = pytest.mark.parametrize("kind", KINDS)


def begin(stage: Stage, kind: str, change: str) -> str:
    """A record of that kind with that change under way; its id."""
    store, record, id_member = MAKERS[kind](stage)
    lifecycle = KINDS[kind].lifecycle
    during = getattr(lifecycle, change).during
    record = replace(record, **during._asdict())
    resource_id = str(getattr(record, id_member))
    with stage.database.write() as connection:
        store.insert(connection, record)
        work.schedule(connection, kind, resource_id, stage.clock())
    return resource_id


def read(stage: Stage, kind: str, resource_id: str) -> Any:
    with stage.database.read() as connection:
        return KINDS[kind].get(connection, resource_id)


@every_kind
@pytest.mark.parametrize("change", ["creation", "update", "deletion"])
def test_a_change_ends_as_its_kind_says(stage: Stage, kind: str, change: str) -> None:
    resource_id = begin(stage, kind, change)
    stage.clock.advance(seconds=1)
    stage.loop.run_due()
    done = getattr(KINDS[kind].lifecycle, change).done
    record = read(stage, kind, resource_id)
    assert (record.state, record.status_code, record.status_message) == done
    assert record.updated_at == stage.clock()


@every_kind
def test_a_settled_record_is_left_as_it_is(stage: Stage, kind: str) -> None:
    resource_id = begin(stage, kind, "creation")
    stage.loop.run_due()
    before = read(stage, kind, resource_id)
    stage.clock.advance(seconds=1)
    with stage.database.write() as connection:
        work.schedule(connection, kind, resource_id, stage.clock())
    stage.loop.run_due()
    assert read(stage, kind, resource_id) == before


@every_kind
def test_work_on_a_record_that_is_gone_is_done(stage: Stage, kind: str) -> None:
    with stage.database.write() as connection:
        work.schedule(connection, kind, "nowhere", stage.clock())
    stage.loop.run_due()
    assert left_of(stage, kind) == []


def left_of(stage: Stage, kind: str) -> list[Any]:
    with stage.database.read() as connection:
        return list(connection.execute(select(tables.work).where(tables.work.c.kind == kind)))


def test_a_profile_with_live_sessions_stays(stage: Stage) -> None:
    profile_id = begin(stage, "launch-profile", "deletion")
    with stage.database.write() as connection:
        sessions.insert(connection, make_session(launch_profile_id=profile_id, state=SessionState.STOPPED))
    stage.loop.run_due()
    kept = read(stage, "launch-profile", profile_id)
    assert (kept.state, kept.status_code) == (
        ResourceState.DELETE_FAILED,
        "LAUNCH_PROFILE_WITH_STREAM_SESSIONS_NOT_DELETED",
    )


@every_kind
def test_deleted_records_are_purged_when_backups_would_be(stage: Stage, kind: str) -> None:
    resource_id = begin(stage, kind, "deletion")
    stage.loop.run_due()
    stage.clock.advance(stage.world.keep_deleted_backups)
    stage.keep_house()
    assert read(stage, kind, resource_id) is not None
    stage.clock.advance(seconds=1)
    stage.keep_house()
    assert read(stage, kind, resource_id) is None


def insert_stream(connection: Connection, stage: Stage) -> str:
    session = make_session()
    sessions.insert(connection, session)
    stream = new_stream(session, "stream", by=session.owned_by, now=stage.clock(), expires_in=timedelta(seconds=120))
    streams.insert(connection, stream)
    work.schedule(connection, "stream", stream.stream_id, stage.clock())
    return stream.stream_id


def test_a_stream_becomes_ready_ends_at_its_time_and_is_purged_a_day_later(stage: Stage) -> None:
    with stage.database.write() as connection:
        stream_id = insert_stream(connection, stage)

    def state() -> StreamState | None:
        with stage.database.read() as connection:
            stream = streams.get(connection, stream_id)
        return None if stream is None else stream.state

    stage.loop.run_due()
    assert state() is StreamState.READY
    stage.clock.advance(seconds=119)
    stage.loop.run_due()
    assert state() is StreamState.READY
    stage.clock.advance(seconds=1)
    stage.loop.run_due()
    assert state() is StreamState.DELETED
    stage.clock.advance(days=1, seconds=1)
    stage.keep_house()
    assert state() is None


def test_no_table_of_deletable_records_is_forgotten_by_housekeeping() -> None:
    """Every table whose records can be DELETED and have no rule of their own is one of the kinds here."""
    deletable = {
        name for name, table in tables.metadata.tables.items() if {"state", "updated_at"} <= set(table.c.keys())
    }
    known = {
        "studios",
        "launch_profiles",
        "studio_components",
        "streaming_images",
        "streaming_sessions",
    }
    assert deletable == known
