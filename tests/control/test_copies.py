"""A copy follows every backup, through whatever keeps it for a while."""

from pathlib import Path

import pytest
from tests.control.conftest import Stage, vault_in

from greenroom.control import copies
from greenroom.control.loop import Group, Loop
from greenroom.control.studio_vaults import StudioVaults
from greenroom.store import backups, events, work
from greenroom.store import copies as copy_records
from greenroom.studio.backups import broken
from greenroom.studio.copies import CopyState
from greenroom.studio.status import SessionState as State
from greenroom.vaults.base import BackupLabel, VaultUnavailableError
from greenroom.vaults.restic import ResticVault


@pytest.fixture
def place(stage: Stage, tmp_path: Path) -> StudioVaults:
    """Where copies are kept, with the vault's password."""
    return StudioVaults(stage.database, lambda path: vault_in(tmp_path / "copy" / path, tmp_path, f"copy-cache{path}"))


@pytest.fixture
def copy(place: StudioVaults) -> ResticVault:
    """The founding studio's copy there."""
    return place.founding


@pytest.fixture
def loop(stage: Stage, place: StudioVaults) -> Loop:
    """The loop that copies, due now."""
    steps = copies.CopySteps(stage.database, stage.world.vaults, [place], stage.clock)
    with stage.database.write() as connection:
        work.schedule(connection, copies.WORK, copies.resource(place.founding), stage.clock())
    return Loop(stage.database, [Group("copies", {copies.WORK: steps}, 1)], clock=stage.clock)


def held(vault: ResticVault) -> list[str]:
    return [stored.label.backup_id for stored in vault.backups()]


def state(stage: Stage, vault: ResticVault) -> CopyState:
    with stage.database.read() as connection:
        found = copy_records.state(connection, copies.resource(vault))
    assert found is not None
    return found


def test_what_rotation_took_goes_from_the_copy_too_and_nothing_else_does(
    stage: Stage, copy: ResticVault, loop: Loop
) -> None:
    session_id = stage.create(max_backups_to_retain=1)
    first = stage.stop(session_id)
    assert first is not None
    loop.run_due()
    stage.start(session_id)
    second = stage.stop(session_id)
    assert second is not None
    assert stage.backup(first.backup_id).state is State.DELETED
    # Another studio's, or one whose record was lost: this house did not copy it, and lets it be.
    stranger = BackupLabel("stranger", "session", "studio", stage.clock())
    copy.store(stranger, stage.home(session_id))
    stage.clock.advance(minutes=2)
    loop.run_due()
    assert sorted(held(copy)) == sorted([second.backup_id, "stranger"])
    stage.vault.forget(second.backup_id)  # lost, though its record is not
    stage.clock.advance(minutes=2)
    loop.run_due()
    assert sorted(held(copy)) == sorted([second.backup_id, "stranger"])


def test_a_backup_that_is_not_ready_is_not_copied(stage: Stage, copy: ResticVault, loop: Loop) -> None:
    session_id = stage.create()
    backup = stage.stop(session_id)
    assert backup is not None
    with stage.database.write() as connection:
        backups.save(connection, backup, broken(backup, "It is damaged."))
    loop.run_due()
    assert held(copy) == []


def test_a_copy_follows_every_backup(
    stage: Stage, copy: ResticVault, loop: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    session_id = stage.create()
    first = stage.stop(session_id)
    assert first is not None
    loop.run_due()
    assert held(copy) == [first.backup_id]
    stage.start(session_id)
    second = stage.stop(session_id)
    assert second is not None

    def away(*_arguments: object) -> None:
        raise VaultUnavailableError("The other house is away.")

    with monkeypatch.context() as patched:
        patched.setattr(ResticVault, "copy_from", away)
        stage.clock.advance(minutes=2)
        loop.run_due()
    assert held(copy) == [first.backup_id]
    failing = state(stage, copy)
    assert (failing.failing_since, failing.error) == (stage.clock(), "The other house is away.")
    stage.clock.advance(minutes=6)
    loop.run_due()
    assert held(copy) == [first.backup_id, second.backup_id]
    whole = state(stage, copy)
    assert (whole.copied_at, whole.failing_since, whole.error) == (stage.clock(), None, None)
    with stage.database.read() as connection:
        assert set(copy_records.of_backups(connection, held(copy))) == set(held(copy))
        told = [each.type for each in events.after(connection, 0) if each.type.startswith("vault.copy")]
    assert told == ["vault.copy-failed", "vault.copy-back"]
    monkeypatch.setattr(ResticVault, "copy_from", away)  # nothing is new: it is not even tried
    stage.clock.advance(minutes=2)
    loop.run_due()
    with stage.database.read() as connection:
        assert work.count_overdue(connection, stage.clock()) == {}


def test_a_copy_that_is_no_longer_in_the_settings_is_no_work(stage: Stage, loop: Loop) -> None:
    with stage.database.write() as connection:
        work.schedule(connection, copies.WORK, "restic:/gone", stage.clock())
    loop.run_due()
    with stage.database.read() as connection:
        assert work.count_overdue(connection, stage.clock()).get(copies.WORK, 0) == 0
