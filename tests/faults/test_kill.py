"""kill -9 of server, restic and shim at each step of a stop and its backup: nothing acknowledged is ever lost."""

import os
import signal
from collections.abc import Callable

import pytest
from tests.faults.conftest import Scene, settled
from tests.support import wait_until

Moment = Callable[[Scene], bool]


def _when_asked(_scene: Scene) -> bool:
    return True


def _when_the_backup_is_recorded(scene: Scene) -> bool:
    return bool(scene.query("SELECT 1 FROM streaming_session_backups"))


def _when_the_snapshot_is_durable(scene: Scene) -> bool:
    return bool(scene.query("SELECT 1 FROM streaming_session_backups WHERE snapshot_at IS NOT NULL"))


def _when_restic_runs(scene: Scene) -> bool:
    return bool(scene.restic_runs())


def _when_the_vault_has_it(scene: Scene) -> bool:
    return any((scene.studio.data / "vault" / "snapshots").iterdir())


MOMENTS = [
    _when_asked,
    _when_the_backup_is_recorded,
    _when_the_snapshot_is_durable,
    _when_restic_runs,
    _when_the_vault_has_it,
]


@pytest.mark.parametrize("moment", MOMENTS, ids=lambda moment: moment.__name__.strip("_"))
def test_a_server_killed_during_a_stop_is_followed_by_one_that_finishes_it(scene: Scene, moment: Moment) -> None:
    client = scene.studio.client()
    client.stop_streaming_session(studioId=scene.studio.studio_id, sessionId=scene.session_id)
    wait_until(lambda: moment(scene), timeout=30, what=moment.__name__)
    scene.studio.kill()
    scene.studio.serve()
    (backup,) = settled(scene, "STOPPED")
    assert backup["state"] == "READY"
    scene.check(backup["backupId"], "work")
    assert scene.stored() == [backup["backupId"]]
    assert scene.snapshots() == [backup["backupId"]]
    assert scene.restic_runs() == []


def test_a_restic_killed_during_a_backup_is_run_again(scene: Scene) -> None:

    client = scene.studio.client()
    client.stop_streaming_session(studioId=scene.studio.studio_id, sessionId=scene.session_id)
    for process in wait_until(scene.restic_runs, timeout=30, what="restic"):
        os.kill(process, signal.SIGKILL)
    (backup,) = settled(scene, "STOPPED")
    assert backup["state"] == "READY"
    scene.check(backup["backupId"], "work")
    assert scene.stored() == [backup["backupId"]]


def test_a_killed_shim_ends_its_session_stopped_with_its_work_in_a_backup(scene: Scene) -> None:
    scene.kill_shims()
    (backup,) = settled(scene, "STOPPED")
    assert "unexpectedly" in scene.session()["statusMessage"]
    assert backup["state"] == "READY"
    scene.check(backup["backupId"], "work")


def test_a_shim_that_died_while_no_server_ran_is_noticed_by_the_next(scene: Scene) -> None:
    scene.studio.kill()
    scene.kill_shims()
    scene.studio.serve()
    (backup,) = settled(scene, "STOPPED")
    scene.check(backup["backupId"], "work")


def test_a_session_outlives_a_killed_server_and_is_found_by_the_next(scene: Scene) -> None:
    scene.studio.kill()
    assert scene.studio.execute(scene.session_id, "cat", "shot.txt").stdout == b"work\n"
    scene.studio.serve()
    assert scene.session()["state"] == "READY"
    scene.write("more")
    scene.studio.stop_session(scene.studio.client(), scene.session_id)
    (backup,) = settled(scene, "STOPPED")
    scene.check(backup["backupId"], "more")


def test_a_server_killed_during_a_restore_is_followed_by_one_that_finishes_it(scene: Scene) -> None:
    client = scene.studio.client()
    scene.studio.stop_session(client, scene.session_id)
    (first,) = settled(scene, "STOPPED")
    scene.studio.start_session(client, scene.session_id)
    scene.write("later")
    scene.studio.stop_session(client, scene.session_id)
    settled(scene, "STOPPED", backups=2)
    wait_until(lambda: first["backupId"] not in scene.snapshots(), what="the older snapshot to go")
    client.start_streaming_session(
        studioId=scene.studio.studio_id, sessionId=scene.session_id, backupId=first["backupId"]
    )
    wait_until(scene.restic_runs, timeout=30, what="restic restore")
    scene.studio.kill()
    scene.studio.serve()
    scene.studio.wait(scene.studio.client(), "streaming_session_ready", scene.session_id)
    assert scene.studio.execute(scene.session_id, "cat", "shot.txt").stdout == b"work\n"
