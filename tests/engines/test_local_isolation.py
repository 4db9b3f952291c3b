"""What a session of the local engine cannot see, reach or do."""

# ruff: noqa: S108  the directories for temporary files are the session's
import os
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.engines.sessions import Place, local_place
from tests.support import wait_until

from greenroom.engines.base import SessionSpec


@pytest.fixture
def pair(local: Place) -> tuple[SessionSpec, SessionSpec]:
    """Two sessions; the first keeps a process named by an odd number."""
    one = local.started(command=("sleep", "98761"))
    wait_until(lambda: "98761" in local.shell(one, "ps -eo args"))
    return one, local.started()


def test_processes_of_another_session_and_of_the_host_are_not_seen(
    local: Place, pair: tuple[SessionSpec, SessionSpec]
) -> None:
    seen = local.shell(pair[1], "ps -eo args")
    assert "98761" not in seen
    assert "bwrap" not in seen
    assert "python" not in seen
    assert len(seen.splitlines()) <= 5


def test_files_of_another_session_are_not_there(local: Place, pair: tuple[SessionSpec, SessionSpec]) -> None:
    local.shell(pair[0], "echo mine | tee ~/a /tmp/a /dev/shm/a /run/a /var/tmp/a >/dev/null")
    for path in ("/home/artist/a", "/tmp/a", "/dev/shm/a", "/run/a", "/var/tmp/a"):
        assert local.shell(pair[0], f"cat {path}") == "mine"
        assert local.run(pair[1], "test", "-e", path).status == 1, path


def test_the_data_directory_and_homes_are_not_seen(local: Place) -> None:
    spec = local.started()
    assert local.run(spec, "test", "-e", str(local.data)).status == 1
    assert local.shell(spec, "ls /home") == "artist"
    for path in ("/root", "/srv", "/mnt", "/media", "/boot", "/sys", "/var/lib", "/var/log"):
        assert local.run(spec, "test", "-e", path).status == 1, path


def test_a_data_directory_within_the_system_is_hidden() -> None:
    if not os.access("/opt", os.W_OK):
        pytest.skip("only root may make a data directory in /opt")
    with tempfile.TemporaryDirectory(dir="/opt") as directory:
        Path(directory).chmod(0o755)
        (Path(directory) / "secret").write_text("x")
        with local_place(Path(directory)) as place:
            spec = place.started()
            assert place.shell(spec, f"ls -A {directory}") == ""
            assert place.run(spec, "sh", "-c", f"touch {directory}/new").status != 0


def test_sockets_of_the_host_are_not_seen(local: Place) -> None:
    spec = local.started()
    assert local.shell(spec, "find / -xdev -type s 2>/dev/null; find /run /tmp /var -type s") == ""


@pytest.fixture
def abstract_socket() -> Iterator[str]:
    """An abstract Unix socket of the host, which no file mode protects."""
    name = f"greenroom-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(f"\0{name}")
        listener.listen()
        yield name


def test_abstract_sockets_of_the_host_are_not_reached(local: Place, abstract_socket: str) -> None:
    spec = local.started()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(f"\0{abstract_socket}")
    assert abstract_socket not in local.shell(spec, "cat /proc/net/unix")


def test_there_is_no_network_but_the_loopback(local: Place) -> None:
    spec = local.started()
    interfaces = [line.split(":")[0].strip() for line in local.shell(spec, "cat /proc/net/dev").splitlines()[2:]]
    assert interfaces == ["lo"]
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert local.run(spec, "bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}").status != 0


def test_shared_memory_of_the_host_is_not_seen(local: Place, pair: tuple[SessionSpec, SessionSpec]) -> None:
    local.shell(pair[0], "ipcmk -M 4096")
    made, other = (_shared_memory(local.shell(spec, "ipcs -m")) for spec in pair)
    assert len(made) == 1
    assert other == set()
    assert not made & _shared_memory(subprocess.check_output(["ipcs", "-m"], text=True))


def _shared_memory(listing: str) -> set[str]:
    """The keys in what `ipcs -m` prints."""
    return {line.split()[0] for line in listing.splitlines() if line.startswith("0x")}


def test_the_host_name_is_the_sessions_own(local: Place, pair: tuple[SessionSpec, SessionSpec]) -> None:
    for spec in pair:
        assert local.shell(spec, "uname -n; cat /etc/hostname") == f"{spec.hostname}\n{spec.hostname}"
        assert spec.hostname in local.shell(spec, "getent hosts $(uname -n)")
    assert socket.gethostname() not in {spec.hostname for spec in pair}


def test_the_user_is_an_ordinary_one_with_a_name(local: Place) -> None:
    spec = local.started(user="mira")
    assert (
        local.shell(spec, "id -u; id -un; id -gn; getent passwd mira | cut -d: -f6") == "1000\nmira\nmira\n/home/mira"
    )


def test_the_system_cannot_be_written(local: Place) -> None:
    spec = local.started()
    for path in ("/usr", "/usr/bin", "/etc", "/opt", "/", "/dev", "/home", "/proc/sys/kernel"):
        assert local.run(spec, "touch", f"{path}/new").status != 0, path
    for path in ("/etc/passwd", "/etc/hosts", "/etc/hostname", "/proc/sysrq-trigger", "/proc/sys/kernel/hostname"):
        assert local.run(spec, "sh", "-c", f"echo x > {path}").status != 0, path


def test_the_places_for_passing_files_can_be_written_by_name_of_all(local: Place) -> None:
    spec = local.started()
    for path in ("/tmp", "/var/tmp", "/dev/shm"):
        assert local.shell(spec, f"touch {path}/x; stat -c %a {path}") == "1777"
    assert local.shell(spec, "stat -c '%a %U' $XDG_RUNTIME_DIR; touch $XDG_RUNTIME_DIR/x") == "700 artist"


def _status(text: str) -> dict[str, str]:
    return dict(line.split(":\t", 1) for line in text.splitlines() if ":\t" in line)


@pytest.mark.parametrize("process", ["self", "1", "supervised"])
def test_no_process_has_capabilities_or_may_gain_any(local: Place, process: str) -> None:
    spec = local.started(command=("sh", "-c", "echo $$ > pid; exec sleep 1000"))
    wait_until(lambda: (spec.volume / "pid").exists() and (spec.volume / "pid").read_text().strip())
    number = (spec.volume / "pid").read_text().strip() if process == "supervised" else process
    status = _status(local.shell(spec, f"cat /proc/{number}/status"))
    for field in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
        assert int(status[field], 16) == 0, field
    assert status["NoNewPrivs"] == "1"
    assert status["Groups"].split() in ([], ["1000"])


def test_setuid_programs_give_nothing(local: Place) -> None:
    spec = local.started()
    assert local.run(spec, "sh", "-c", "mount -t tmpfs none /tmp").status != 0
    assert local.run(spec, "su", "-c", "true", "root").status != 0
    assert "nosuid" in local.shell(spec, "grep ' /usr ' /proc/self/mounts || grep ' / ' /proc/self/mounts")


def test_device_files_and_raw_disks_are_not_there(local: Place) -> None:
    spec = local.started()
    kinds = local.shell(spec, 'for f in /dev/*; do [ -c "$f" ] && echo "c $f"; [ -b "$f" ] && echo "b $f"; done; :')
    assert {line.rpartition("/")[2] for line in kinds.splitlines()} == {
        *("full", "null", "ptmx", "random", "tty", "urandom", "zero")
    }
    assert "b " not in kinds


def test_keys_of_the_server_are_not_seen(local: Place) -> None:
    if os.geteuid() != 0:
        pytest.skip("without root, the kernel lets whoever has the server's uid see that there are keys")
    spec = local.started()
    mine = Path("/proc/keys").read_text()
    seen = local.run(spec, "cat", "/proc/keys").output
    assert not {line.split()[0] for line in seen.splitlines()} & {line.split()[0] for line in mine.splitlines()}


def test_a_signal_to_all_stays_inside(local: Place, pair: tuple[SessionSpec, SessionSpec]) -> None:
    assert local.run(pair[1], "sh", "-c", "kill -KILL -1").status in (0, 128 + signal.SIGKILL)
    assert "98761" in local.shell(pair[0], "ps -eo args")


def test_the_volume_gives_no_way_to_its_neighbours(local: Place, pair: tuple[SessionSpec, SessionSpec]) -> None:
    (pair[0].volume / "hers").write_text("x")
    local.shell(pair[1], f"ln -s {pair[0].volume} link; ln -s ../../ up")
    assert local.run(pair[1], "sh", "-c", "cat link/hers").status != 0
    assert local.run(pair[1], "sh", "-c", "cd ..; ls").output.split() == ["artist"]
