"""Ways out of a session, each tried as its user and as its root, beside another session: none leads anywhere."""

import os
import socket
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.engines.sessions import FIRST_UID, Place, local_place
from tests.support import require, wait_until

from greenroom.engines.base import Script, SessionSpec

SECRET = "correct horse battery staple"
DISPLAY = """
import socket, time
held = []
for name in ("\\0/tmp/.X11-unix/X77", "/tmp/.X11-unix/X77", "/home/artist/sock"):
    if name.startswith("/tmp"):
        import os; os.makedirs("/tmp/.X11-unix", exist_ok=True)
    one = socket.socket(socket.AF_UNIX); one.bind(name); one.listen(); held.append(one)
open("/home/artist/listening", "w").close()
time.sleep(1000)
"""


@dataclass(frozen=True)
class Scene:
    """A data directory with secrets, a session with something to take, and one that wants it."""

    place: Place
    victim: SessionSpec
    thief: SessionSpec
    port: int
    """Of what stands for the control plane, on the host's loopback."""

    def attempt(self, script: str) -> str:
        """What a shell script gets at, whatever becomes of it."""
        told = self.place.run(self.thief, "timeout", "10", "bash", "-c", script)
        return told.output + told.errors


@pytest.fixture(scope="module")
def scene() -> Iterator[Scene]:
    """Two sessions in a data directory that lies where every user of the host could walk to."""
    require("bwrap")
    with tempfile.TemporaryDirectory() as directory, socket.create_server(("127.0.0.1", 0)) as plane:
        data = Path(directory)
        data.chmod(0o755)
        for name in ("key", "vault-password", "greenroom.db"):
            (data / name).write_text(SECRET)
            (data / name).chmod(0o600)
        (data / "vault").mkdir(mode=0o700)
        (data / "vault" / "config").write_text(SECRET)
        with local_place(data) as place:
            victim = place.started(command=("python3", "-c", DISPLAY))
            wait_until(lambda: (victim.volume / "listening").exists(), what="the victim's display")
            (victim.volume / "shot").write_text(SECRET)
            yield Scene(place, victim, place.started(), plane.getsockname()[1])


@pytest.mark.parametrize("name", ["key", "vault-password", "greenroom.db", "vault/config"])
def test_secrets_of_the_data_directory_are_out_of_reach(scene: Scene, name: str) -> None:
    path = scene.place.data / name
    for way in (f"{path}", f"/proc/1/root{path}", f"/proc/self/root{path}", f"/home/artist/../../{path}"):
        assert SECRET not in scene.attempt(f"cat {way}"), way
    assert SECRET not in scene.attempt(f"ln -sf {path} ~/link; cat ~/link; cp ~/link /tmp/copy; cat /tmp/copy")


def test_another_sessions_files_are_out_of_reach(scene: Scene) -> None:
    for way in (f"{scene.victim.volume}/shot", "/home/artist/shot", "/home/*/shot", "~/../artist/shot"):
        assert SECRET not in scene.attempt(f"cat {way}"), way


def test_another_sessions_processes_are_neither_seen_nor_reached(scene: Scene) -> None:
    host = scene.place.state(scene.victim).init
    assert host is not None
    assert "X11-unix" not in scene.attempt("cat /proc/*/cmdline | tr '\\0' ' '")
    for call in (f"kill -9 {host.pid}", f"cat /proc/{host.pid}/environ", f"nsenter -t {host.pid} -m ls"):
        scene.attempt(call)
    assert scene.place.engine.is_running(scene.victim.session_id)
    if os.geteuid() == 0:
        assert scene.victim.uid != scene.thief.uid
        assert min(scene.victim.uid, scene.thief.uid) >= FIRST_UID


CONNECT = """
import socket, sys
for name in ("\\0/tmp/.X11-unix/X77", "/tmp/.X11-unix/X77", "/home/artist/sock", sys.argv[1]):
    try:
        socket.socket(socket.AF_UNIX).connect(name); print("REACHED", name)
    except OSError: pass
"""


def test_another_sessions_display_and_sockets_are_out_of_reach(scene: Scene) -> None:
    assert scene.place.shell(scene.victim, "test -S /tmp/.X11-unix/X77; grep -c X77 /proc/net/unix") == "2"
    told = scene.place.run(scene.thief, "python3", "-c", CONNECT, str(scene.victim.volume / "sock"))
    assert (told.status, told.output) == (0, "")


def test_the_engines_own_sockets_are_out_of_reach(scene: Scene) -> None:
    for spec in (scene.victim, scene.thief):
        control = scene.place.runtime(spec).path / "control"
        assert control.exists()
        assert "yes" not in scene.attempt(f"test -e {control} && echo yes")


def test_the_control_plane_is_out_of_reach(scene: Scene) -> None:
    assert "REACHED" not in scene.attempt(f"exec 3<>/dev/tcp/127.0.0.1/{scene.port} && echo REACHED")


@pytest.mark.parametrize(
    "way",
    [
        "unshare -U true",
        "unshare -Ur mount -t tmpfs none /mnt",
        "bwrap --dev-bind / / true",
        "mount -t tmpfs none /mnt",
        "umount /usr",
        "mknod /tmp/disk b 8 0",
        "chroot / true",
        "su -c true",
        "sudo -n true",
        "echo 1 > /proc/sys/kernel/sysrq",
        "echo x > /proc/sys/kernel/core_pattern",
        "nsenter -t 1 -U true",
        "cat /dev/mem",
        "ls /sys/fs/cgroup/.",
    ],
)
def test_nothing_gives_more_rights(scene: Scene, way: str) -> None:
    assert "GAINED" not in scene.attempt(f"{way} && echo GAINED")


def test_the_root_of_a_session_gets_no_further_than_its_user(scene: Scene) -> None:
    data, victim = scene.place.data, scene.victim
    tries = "\n".join(
        f"{way} && echo GAINED: {number}"
        for number, way in enumerate(
            (
                f"cat {data}/key",
                f"cat {victim.volume}/shot",
                "umount /etc",
                "mount -t proc none /mnt",
                "unshare -m true",
                "nsenter -t 1 -m true",
                "mknod /tmp/disk b 8 0",
                "chroot /proc/1/root true",
                "echo x > /proc/sys/kernel/core_pattern",
                "touch /usr/bin/evil",
                f"bash -c 'exec 3<>/dev/tcp/127.0.0.1/{scene.port}'",
                "cat /proc/kcore",
            )
        )
    )
    spec = scene.place.started(scripts=[Script("escape", f"id -u\n{tries}\nexit 0", as_root=True)])
    said = scene.place.engine.log(spec.session_id).initialization
    assert "\n0\n" in said
    assert "GAINED" not in said
    assert SECRET not in said
