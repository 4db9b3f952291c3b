"""Bad days of vault and disk: what waits says so, what fails says why, nothing is lost."""

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from tests.faults.conftest import ENVIRONMENT, Scene, settled
from tests.running import Studio, shims
from tests.support import require, unavailable, wait_until
from tests.vaults.test_damage import flip, largest, packs

from greenroom.server import examination

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


def fill(disk: Path) -> Path:
    """Take all that is free on the disk; the file that does."""
    filler = disk / "filler"
    for size in (MIB, 4096, 1):
        with contextlib.suppress(OSError), filler.open("ab", buffering=0) as file:
            while True:
                file.write(bytes(size))
    return filler


@pytest.mark.serial
def test_on_a_full_disk_nothing_acknowledged_is_lost_and_all_goes_on_when_there_is_space_again(
    small_disk: Path,
) -> None:
    """Records, audit, volumes, vault and the server's own log are on it."""
    require("restic")
    require("bwrap")
    studio = Studio(small_disk / "data", ENVIRONMENT)
    try:
        studio.found().serve()
        client, studio_id = studio.client(), studio.studio_id
        scene = Scene(studio, studio.create_session(client))
        scene.write("first")
        studio.stop_session(client, scene.session_id)
        (first,) = studio.settled_backups(client, 1)
        studio.start_session(client, scene.session_id)
        scene.write("second")
        lost = studio.create_session(client)
        filler = fill(small_disk)

        def refusal() -> dict[str, Any] | None:
            try:
                client.update_studio(studioId=studio_id, displayName="Another Name")
            except ClientError as error:
                return error.response
            return None

        # Calls are answered until the last blocks of files are used up.
        answer = wait_until(refusal, timeout=60, what="a call that is refused")
        assert answer is not None
        assert "space" in answer["message"]
        assert answer["code"] in ("AUDIT_UNAVAILABLE", "DISK_FULL")
        ready = httpx.get(f"{studio.endpoint}/readyz", timeout=20)
        assert (ready.status_code, "no space left" in ready.text) == (503, True)
        (found,) = examination.space(scene.settings)
        assert (found.state, "full" in found.meaning) == ("missing", True)
        # A session goes on; one that ends now, and what is asked for now, is true when there is space again.
        assert studio.execute(scene.session_id, "cat", "shot.txt").stdout == b"second\n"
        for process in shims(studio.data / "sessions" / lost):
            os.kill(process, signal.SIGKILL)
        with contextlib.suppress(ClientError):
            client.stop_streaming_session(studioId=studio_id, sessionId=scene.session_id)
        ready = scene.query("SELECT backup_id FROM streaming_session_backups WHERE state = 'READY'")
        assert ready == [(first["backupId"],)]
        filler.unlink()

        def stopped() -> bool:
            with contextlib.suppress(ClientError):
                if scene.session()["state"] == "READY":
                    client.stop_streaming_session(studioId=studio_id, sessionId=scene.session_id)
                return scene.session()["state"] == "STOPPED"
            return False

        wait_until(stopped, timeout=90, what="the stop")
        backups = studio.settled_backups(client, 3)
        assert {backup["state"] for backup in backups} == {"READY"}
        newest = next(backup for backup in backups if backup["sessionId"] == scene.session_id)
        scene.check(newest["backupId"], "second")
        studio.command("backup", "verify", first["backupId"], "--data", str(studio.data))
        assert studio.command("audit", "verify", "--data", str(studio.data)).returncode == 0
    finally:
        studio.close()


@pytest.mark.serial
def test_a_server_started_on_a_full_disk_says_so_and_goes_on_by_itself_and_so_does_a_vault_that_fills_half_way(
    small_disk: Path, tmp_path: Path
) -> None:
    """Records, volumes and vault are on it; the log is not, so that it can be read."""
    require("restic")
    require("bwrap")
    studio = Studio(small_disk / "data", ENVIRONMENT, log_file=tmp_path / "serve.log")
    try:
        studio.found().serve()
        scene = Scene(studio, studio.create_session(studio.client()))
        scene.write("first")
        studio.stop_session(studio.client(), scene.session_id)
        (first,) = settled(scene, "STOPPED")
        studio.start_session(studio.client(), scene.session_id)
        scene.write("second")
        studio.terminate()
        filler = fill(small_disk)
        before = _contents(studio.data)
        studio.begin()
        wait_until(lambda: "disk-full" in studio.log, timeout=30, what="a line about the disk")
        assert "Free some space" in studio.log
        assert not studio.announced()
        assert _contents(studio.data) == before
        filler.unlink()
        wait_until(studio.announced, timeout=60, what="the server that goes on by itself")

        # Half of what the backup takes fits beside the snapshot: its vault has room to begin, and none to end.
        client = studio.client()
        studio.execute(scene.session_id, "sh", "-c", f"head -c {12 * MIB} /dev/urandom > plate.exr")
        filler = fill(small_disk)
        os.truncate(filler, filler.stat().st_size - 20 * MIB)
        studio.stop_session(client, scene.session_id)
        newest = studio.backups(client)[0]["backupId"]
        wait_until(lambda: "no space left" in _message(scene, newest), timeout=120, what="a message about space")
        assert {backup["backupId"]: backup["state"] for backup in studio.backups(client)} == {
            newest: "CREATE_IN_PROGRESS",
            first["backupId"]: "READY",
        }
        assert newest in scene.snapshots()
        filler.unlink()
        assert {backup["state"] for backup in settled(scene, "STOPPED", backups=2)} == {"READY"}
        scene.check(newest, "second")
    finally:
        studio.close()


def _contents(data: Path) -> dict[str, bytes]:
    """All files of a data directory, but for what a database and locks leave beside themselves."""
    return {
        str(path.relative_to(data)): path.read_bytes()
        for path in data.rglob("*")
        if path.is_file() and path.suffix not in (".lock", ".pid") and not path.name.endswith(("-shm", "-wal"))
    }


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
