"""The machine goes down and comes up again: nothing runs, Linux has another boot id, and every volume is whole."""

from tests.faults.conftest import Scene, settled
from tests.running import shims
from tests.support import wait_until


def reboot(scene: Scene, after_reboot: str) -> None:
    """Everything ends at once; a server comes up that last looked in another start of the machine."""
    scene.studio.kill()
    scene.kill_shims()
    wait_until(lambda: not shims(scene.studio.data), what="the end of everything")
    (scene.studio.data / "run" / "boot-id").write_text("the one before")
    scene.studio.environment = {**scene.studio.environment, "GREENROOM_AFTER_REBOOT": after_reboot}
    scene.studio.serve()


def test_a_session_that_ran_ends_stopped_with_its_work_in_a_backup(scene: Scene) -> None:
    reboot(scene, "stop")
    (backup,) = settled(scene, "STOPPED")
    assert backup["state"] == "READY"
    scene.check(backup["backupId"], "work")


def test_or_it_runs_again_on_the_same_files_where_that_is_wanted(scene: Scene) -> None:
    limit = scene.session()["stopAt"]
    reboot(scene, "start")
    wait_until(lambda: len(shims(scene.studio.data)) == 1, timeout=30, what="the session's shim")
    wait_until(lambda: scene.session()["state"] == "READY", timeout=30, what="the session")
    assert scene.session()["stopAt"] == limit
    assert scene.studio.execute(scene.session_id, "cat", "shot.txt").stdout == b"work\n"
    # A later end is one of the session's own: the machine has not been started again.
    scene.kill_shims()
    settled(scene, "STOPPED")


def test_a_server_that_is_killed_again_at_once_leaves_no_session_out(scene: Scene) -> None:
    reboot(scene, "start")
    scene.studio.kill()
    scene.studio.serve()
    wait_until(lambda: scene.session()["state"] == "READY" and shims(scene.studio.data), timeout=30, what="the session")
    assert scene.studio.execute(scene.session_id, "cat", "shot.txt").stdout == b"work\n"
