"""The records go into the vault when they changed, and only then."""

from datetime import timedelta

import pytest
from tests.control.conftest import Stage

from greenroom.control.loop import Group, Loop
from greenroom.control.records import RESOURCE, WORK, RecordsSteps
from greenroom.store import portable, work
from greenroom.vaults.base import VaultUnavailableError
from greenroom.vaults.restic import ResticVault

MINUTE = timedelta(minutes=1)


@pytest.fixture
def loop(stage: Stage) -> Loop:
    """The loop of these steps alone, due now."""
    with stage.database.write() as connection:
        work.schedule(connection, WORK, RESOURCE, stage.clock())
    return Loop(stage.database, [Group("records", {WORK: steps(stage)}, 1)], clock=stage.clock)


def steps(stage: Stage, interval: timedelta = MINUTE) -> RecordsSteps:
    world = stage.world
    return RecordsSteps(
        world.database, world.vaults, stage.clock, interval=interval, region="us-west-2", account_id="123456789012"
    )


def kept(stage: Stage) -> portable.Document:
    document = stage.vault.records()
    assert document is not None
    return portable.read(document)


def test_the_vault_has_them_a_minute_after_they_changed_at_the_latest(
    stage: Stage, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    writes: list[int] = []
    keep = ResticVault.keep_records
    monkeypatch.setattr(
        ResticVault, "keep_records", lambda self, each, whose: (writes.append(len(each)), keep(self, each, whose))
    )
    session_id = stage.create()
    loop.run_due()
    assert [row["session_id"] for row in kept(stage).rows("streaming_sessions")] == [session_id]
    stage.clock.advance(hours=1)
    loop.run_due()
    assert len(writes) == 1, "nothing has changed"
    stage.ask_stop(session_id)
    stage.clock.advance(hours=1)
    loop.run_due()
    assert len(writes) == 2
    assert kept(stage).rows("streaming_sessions")[0]["state"] == "STOP_IN_PROGRESS"


def test_a_vault_that_is_away_gets_them_later(stage: Stage, loop: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(_vault: ResticVault, _document: bytes, _studio_id: str) -> None:
        raise VaultUnavailableError("The vault is away.")

    with monkeypatch.context() as patched:
        patched.setattr(ResticVault, "keep_records", away)
        loop.run_due()
    stage.clock.advance(minutes=5)
    loop.run_due()
    assert kept(stage).account_id == "123456789012"


def test_an_interval_of_none_is_off(stage: Stage) -> None:
    with stage.database.write() as connection:
        work.schedule(connection, WORK, RESOURCE, stage.clock())
    group = Group("records", {WORK: steps(stage, timedelta(0))}, 1)
    assert Loop(stage.database, [group], clock=stage.clock).run_due() == 1
    assert stage.vault.records() is None
