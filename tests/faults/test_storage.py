"""Bad days of vault and disk: what waits says so, what fails says why, nothing is lost."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.conftest import ENVIRONMENT, Scene, settled
from tests.running import Studio
from tests.support import require, unavailable, wait_until
from tests.vaults.test_damage import flip, largest, packs

MIB = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """An ext4 of 96 MiB of its own."""
    require("mkfs.ext4", Path("/sbin"), Path("/usr/sbin"))
    image, place = tmp_path / "disk.img", tmp_path / "disk"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(96 * MIB)
    subprocess.run(["/sbin/mkfs.ext4", "-q", "-m", "0", image], check=True)
    mounted = subprocess.run(["mount", "-o", "loop", image, place], capture_output=True, check=False)
    if mounted.returncode:
        unavailable(f"a loop mount is not possible here: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", place], check=True)


def _message(scene: Scene, backup_id: str = "%") -> str:
    found = scene.query("SELECT status_message FROM streaming_session_backups WHERE backup_id LIKE ?", backup_id)
    return str(found[0][0])


def test_a_vault_that_is_gone_is_waited_for_and_the_backup_says_so(scene: Scene) -> None:
    vault = scene.studio.data / "vault"
    vault.rename(scene.studio.data / "vault-elsewhere")
    scene.studio.stop_session(scene.studio.client(), scene.session_id)
    wait_until(lambda: "vault" in _message(scene), timeout=30, what="a message about the vault")
    (backup,) = scene.studio.backups(scene.studio.client())
    assert backup["state"] == "CREATE_IN_PROGRESS"
    assert scene.snapshots() == [backup["backupId"]]
    (scene.studio.data / "vault-elsewhere").rename(vault)
    (backup,) = settled(scene, "STOPPED")
    scene.check(backup["backupId"], "work")


def test_a_vault_without_space_is_waited_for_and_the_backup_says_so(tmp_path: Path, small_disk: Path) -> None:
    require("restic")
    environment = {**ENVIRONMENT, "GREENROOM_VAULT": f"restic:{small_disk / 'vault'}"}
    studio = Studio(tmp_path / "data", environment)
    try:
        studio.found().serve()
        scene = Scene(studio, studio.create_session(studio.client()))
        scene.write("work")
        studio.execute(scene.session_id, "sh", "-c", "head -c 150000000 /dev/urandom > plate.exr")
        studio.stop_session(studio.client(), scene.session_id)
        wait_until(lambda: "space" in _message(scene), timeout=60, what="a message about space")
        assert studio.backups(studio.client())[0]["state"] == "CREATE_IN_PROGRESS"
        studio.start_session(studio.client(), scene.session_id)
        assert studio.execute(scene.session_id, "cat", "shot.txt").stdout == b"work\n"
    finally:
        studio.close()


def test_a_session_on_a_full_disk_is_stopped_with_its_volume_whole(small_disk: Path, tmp_path: Path) -> None:
    require("restic")
    environment = {**ENVIRONMENT, "GREENROOM_VAULT": f"restic:{tmp_path / 'vault'}"}
    environment["GREENROOM_DATABASE"] = f"sqlite:///{tmp_path / 'greenroom.db'}"
    studio = Studio(small_disk / "data", environment)
    try:
        studio.found().serve()
        scene = Scene(studio, studio.create_session(studio.client()))
        scene.write("work")
        # More than half of the disk: a copy of it cannot fit beside it.
        studio.execute(scene.session_id, "sh", "-c", f"head -c {60 * MIB} /dev/urandom > plate.exr")
        studio.stop_session(studio.client(), scene.session_id)
        (backup,) = studio.settled_backups(studio.client(), 1)
        assert backup["state"] == "CREATE_FAILED"
        assert "No snapshot could be made" in backup["statusMessage"]
        assert scene.snapshots() == []
        studio.start_session(studio.client(), scene.session_id)
        assert studio.execute(scene.session_id, "cat", "shot.txt").stdout == b"work\n"
    finally:
        studio.close()


def test_a_vault_that_another_restic_has_locked_is_waited_for(scene: Scene) -> None:
    client, vault = scene.studio.client(), scene.studio.data / "vault"
    scene.studio.execute(scene.session_id, "sh", "-c", "head -c 3000000 /dev/urandom > plate.exr")
    scene.studio.stop_session(client, scene.session_id)
    settled(scene, "STOPPED")
    scene.studio.start_session(client, scene.session_id)
    # It reads all of the vault at one KiB a second, and lets nobody write meanwhile.
    command = ["restic", "-r", vault, "--password-file", scene.studio.data / "vault-password", "--no-cache"]
    with subprocess.Popen(
        [*command, "--limit-download", "1", "check", "--read-data"], stdout=subprocess.DEVNULL
    ) as other:
        try:
            wait_until(lambda: any((vault / "locks").iterdir()), timeout=20, what="the lock")
            scene.studio.stop_session(client, scene.session_id)
            newest = scene.studio.backups(client)[0]["backupId"]
            wait_until(lambda: "lock" in _message(scene, newest), timeout=60, what="a message about the lock")
        finally:
            # Not SIGINT, which a run in the background ignores; the lock it leaves is a dead one's, and is cleared.
            other.terminate()
    (newest_backup, _) = settled(scene, "STOPPED", backups=2)
    assert (newest_backup["backupId"], newest_backup["state"]) == (newest, "READY")


def test_damage_in_the_vault_is_found_told_and_mended_from_the_work_that_is_still_here(scene: Scene) -> None:
    client, vault = scene.studio.client(), scene.studio.data / "vault"
    scene.studio.execute(scene.session_id, "sh", "-c", "head -c 300000 /dev/urandom > plate.exr")
    scene.studio.stop_session(client, scene.session_id)
    (backup,) = settled(scene, "STOPPED")
    damaged = largest(packs(vault))
    flip(damaged, 70_000)
    seen = scene.studio.command("backup", "verify", backup["backupId"], "--data", str(scene.studio.data), check=False)
    assert seen.returncode == 1
    # Now the server reads everything back, whatever the hour.
    wait_until(lambda: not damaged.exists(), timeout=60, what="the damaged file to be taken out")
    (backup,) = settled(scene, "STOPPED")
    assert backup["state"] == "READY"
    scene.check(backup["backupId"], "work")
    told = {row[0] for row in scene.query("SELECT type FROM events")}
    assert {"vault.damaged", "backup.verify-failed"} <= told
