"""Each studio's backups are in a repository of its own, and what happens to one concerns no other."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from tests.control.conftest import STUDIO_ID, Stage, vault_in
from tests.records import make_studio

from greenroom.control import copies, housekeeping, records, verification
from greenroom.control.loop import Group, Loop
from greenroom.control.studio_vaults import StudioVaults
from greenroom.store import backups, events, portable, studios, work
from greenroom.store import copies as copy_records
from greenroom.studio.status import ResourceState
from greenroom.studio.status import SessionState as State
from greenroom.vaults.base import (
    BackupLabel,
    BackupMissingError,
    StoredBackup,
    VaultError,
    VaultPasswordError,
    VaultUnavailableError,
)
from greenroom.vaults.call import Call
from greenroom.vaults.restic import ResticVault

FURTHER = make_studio(
    studio_id="us-west-2:stid-0123456789abcdef", studio_name="borealis", vault_path="stid-0123456789abcdef"
)


@pytest.fixture
def two(stage: Stage) -> Stage:
    """A house with a further studio."""
    with stage.database.write() as connection:
        studios.insert(connection, FURTHER)
    return stage


def held(vault: ResticVault) -> list[str]:
    return [stored.label.backup_id for stored in vault.backups()]


def test_backups_lie_in_their_studios_repository_alone_through_all_that_is_done_with_them(
    two: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    vaults = two.world.vaults
    further = vaults.of(FURTHER.studio_id)
    assert list(vaults.every()) == ["", FURTHER.vault_path]
    assert list(vaults.there()) == [""], "it is made with the first that is kept in it"
    here, there = two.create(max_backups_to_retain=1), two.create(studio_id=FURTHER.studio_id, max_backups_to_retain=1)
    (two.home(there) / "shot").write_bytes(b"over there")
    mine, theirs = two.stop(here), two.stop(there)
    assert mine is not None
    assert theirs is not None
    assert (mine.state, theirs.state) == (State.READY, State.READY)
    assert (held(vaults.founding), held(further)) == ([mine.backup_id], [theirs.backup_id])
    assert list(vaults.there()) == ["", FURTHER.vault_path]
    with pytest.raises(BackupMissingError):
        vaults.founding.verify(theirs.backup_id)

    # A key that somebody has to one of them opens no other.
    (two.directory / "key").write_text("somebody's own key, long enough to be taken for a generated one\n")
    arguments = ("key", "add", f"--new-password-file={two.directory / 'key'}")
    further._restic.output(Call(arguments, doing="adding a key"))
    assert held(vault_in(two.directory / "vault" / FURTHER.vault_path, two.directory, "own", "key")) == held(further)
    with pytest.raises(VaultPasswordError):
        vault_in(two.directory / "vault", two.directory, "own", "key").backups()

    # Out of its own repository it comes back, and by rotation it goes from there.
    two.world.volumes.delete_snapshot(theirs.backup_id)
    two.start(there, theirs.backup_id)
    assert (two.home(there) / "shot").read_bytes() == b"over there"
    again = two.stop(there)
    assert again is not None
    assert (held(vaults.founding), held(further)) == ([mine.backup_id], [again.backup_id])

    # That one of them cannot be pruned keeps the other from nothing.
    pruned: list[str] = []
    away = {vaults.founding}

    def prune(vault: ResticVault) -> None:
        pruned.append(vault.name)
        if vault in away:
            raise VaultUnavailableError("It is away.")

    monkeypatch.setattr(ResticVault, "prune", prune)
    with two.database.write() as connection:
        work.schedule(connection, housekeeping.PRUNE_WORK, housekeeping.RESOURCE, two.clock())
    two.loop.run_due()
    assert pruned == [vaults.founding.name, further.name]
    away.clear()
    two.clock.advance(minutes=6)
    two.loop.run_due()
    assert pruned[2:] == [vaults.founding.name]

    # Nor does that one of them cannot be read keep the other from being proven again.
    proven: list[str] = []

    def verify(vault: ResticVault, backup_id: str) -> None:
        if vault is further:
            raise VaultUnavailableError("It is away.")
        proven.append(backup_id)

    monkeypatch.setattr(ResticVault, "verify", verify)
    steps = verification.VerificationSteps(two.world, two.directory / "manifests")
    loop = Loop(two.database, [Group("verification", {verification.WORK: steps}, 1)], clock=two.clock)
    with two.database.write() as connection:
        older = replace(again, verified_at=mine.created_at - timedelta(days=1))
        backups.save(connection, again, replace(older, test_restore_tried_at=two.clock() + timedelta(days=90)))
        backups.save(connection, mine, replace(mine, test_restore_tried_at=two.clock() + timedelta(days=90)))
        verification.doubt(connection, "A test doubts.", two.clock())
    for _ in range(2):
        loop.run_due()
        two.clock.advance(minutes=6)
    assert proven == [mine.backup_id]


def test_a_vault_that_is_away_is_told_of_its_studio(two: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    further = two.world.vaults.of(FURTHER.studio_id)
    here, there = two.create(), two.create(studio_id=FURTHER.studio_id)
    real = ResticVault.store

    def store(vault: ResticVault, label: BackupLabel, source: Path, *, trust_parent: bool) -> StoredBackup:
        if vault is further:
            raise VaultUnavailableError("It is away.")
        return real(vault, label, source, trust_parent=trust_parent)

    monkeypatch.setattr(ResticVault, "store", store)
    waiting, ready = two.stop(there), two.stop(here)
    assert waiting is not None
    assert ready is not None
    assert (waiting.state, ready.state) == (State.CREATE_IN_PROGRESS, State.READY)
    with two.database.read() as connection:
        told = [each for each in events.after(connection, 0) if each.type.startswith("vault.")]
    assert [(each.type, each.studio_id) for each in told] == [("vault.unreachable", FURTHER.studio_id)]


def test_where_nobody_knows_a_studio_nothing_is_looked_for(stage: Stage) -> None:
    with pytest.raises(VaultError, match="no studio") as caught:
        stage.world.vaults.of("us-west-2:stid-nosuchstudio0000")
    assert caught.value.reason == "no-such-studio"


def test_no_repository_is_begun_where_the_places_own_is_gone(two: Stage) -> None:
    (two.directory / "vault").rename(two.directory / "unmounted")
    two.directory.joinpath("vault").mkdir()
    with pytest.raises(VaultUnavailableError, match="gone"):
        two.world.vaults.opened(FURTHER.studio_id)
    assert list((two.directory / "vault").iterdir()) == []


def test_copies_of_each_studio_follow_whatever_keeps_anothers(
    two: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = StudioVaults(two.database, lambda path: vault_in(tmp_path / "copies" / path, tmp_path, f"copy-cache{path}"))
    steps = copies.CopySteps(two.database, two.world.vaults, [place], two.clock)
    loop = Loop(two.database, [Group("copies", {copies.WORK: steps}, 1)], clock=two.clock)
    here, there = two.create(), two.create(studio_id=FURTHER.studio_id)
    mine, theirs = two.stop(here), two.stop(there)
    assert mine is not None
    assert theirs is not None
    with two.database.write() as connection:
        work.schedule(connection, copies.WORK, copies.resource(place.founding), two.clock())
    copy = ResticVault.copy_from

    def copy_from(vault: ResticVault, *arguments: object) -> object:
        if vault is place.founding:
            raise VaultUnavailableError("It is away.")
        return copy(vault, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patched:
        patched.setattr(ResticVault, "copy_from", copy_from)
        loop.run_due()
        loop.run_due()
    assert held(place.of(FURTHER.studio_id)) == [theirs.backup_id]
    with two.database.read() as connection:
        (failing,) = copy_records.states(connection, "")
        (whole,) = copy_records.states(connection, FURTHER.vault_path)
    assert (failing.error, whole.error, whole.copied_at) == ("It is away.", None, two.clock())
    assert whole.vault == f"restic:{tmp_path / 'copies' / FURTHER.vault_path}"
    two.clock.advance(minutes=6)
    loop.run_due()
    assert held(place.founding) == [mine.backup_id]
    assert held(place.of(FURTHER.studio_id)) == [theirs.backup_id]


def test_a_studios_repository_is_told_of_that_studio_and_the_vault_of_all(two: Stage) -> None:
    vaults = two.world.vaults
    steps = records.RecordsSteps(
        two.database,
        vaults,
        two.clock,
        interval=timedelta(minutes=1),
        region="us-west-2",
        account_id="123456789012",
    )
    two.create()
    theirs = two.create(studio_id=FURTHER.studio_id)
    assert steps.keep()
    assert not steps.keep()
    found = []
    for vault in (vaults.founding, vaults.of(FURTHER.studio_id)):
        document = vault.records()
        assert document is not None
        found.append(portable.read(document))
    whole, alone = found
    assert [row["studio_id"] for row in whole.rows("studios")] == sorted([STUDIO_ID, FURTHER.studio_id])
    assert [row["studio_id"] for row in alone.rows("studios")] == [FURTHER.studio_id]
    assert [row["session_id"] for row in alone.rows("streaming_sessions")] == [theirs]
    assert [vault.record_studios() for vault in vaults.every().values()] == [[STUDIO_ID], [FURTHER.studio_id]]
    with two.database.write() as connection:
        ended = make_studio(
            studio_id=FURTHER.studio_id,
            studio_name="borealis",
            vault_path=FURTHER.vault_path,
            state=ResourceState.DELETED,
        )
        studios.save(connection, FURTHER, ended)
    assert steps.keep(), "of a studio that is deleted the vault itself is told"
    assert list(vaults.every()) == ["", FURTHER.vault_path], "and its backups are let go of there"
