"""Servers that repositories lie on, started by the tests: OpenSSH's sftp, and restic's REST protocol by rclone."""

import contextlib
import getpass
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support import require, wait_until


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with contextlib.closing(socket.socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(command: list[str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A server, from when it answers on its port until the end of the block."""
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            wait_until(lambda: process.poll() is not None or _listens(port), what=f"{command[0]} listening")
            assert process.poll() is None, log.read_text()
            yield process
        finally:
            process.kill()


@contextmanager
def sftp(directory: Path) -> Iterator[dict[str, str]]:
    """An sshd; the environment in which `ssh greenroom-test` reaches it, by an `ssh` that reads its configuration."""
    sshd = require("sshd", Path("/usr/sbin"))
    port = free_port()
    for name in ("host", "user"):
        key = str(directory / name)
        subprocess.run([require("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    (directory / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1\nPort {port}\nHostKey {directory}/host\nAuthorizedKeysFile {directory}/user.pub\n"
        "PasswordAuthentication no\nKbdInteractiveAuthentication no\nUsePAM no\nStrictModes no\nPidFile none\n"
        "PermitRootLogin prohibit-password\nSubsystem sftp internal-sftp\n"
    )
    known = " ".join((directory / "host.pub").read_text().split()[:2])
    (directory / "known_hosts").write_text(f"[127.0.0.1]:{port} {known}\n")
    (directory / "ssh_config").write_text(
        f"Host greenroom-test\n  HostName 127.0.0.1\n  Port {port}\n  User {getpass.getuser()}\n"
        f"  IdentityFile {directory}/user\n  IdentitiesOnly yes\n  UserKnownHostsFile {directory}/known_hosts\n"
    )
    programs = directory / "programs"
    programs.mkdir()
    (programs / "ssh").write_text(f'#!/bin/sh\nexec {require("ssh")} -F {directory}/ssh_config "$@"\n')
    (programs / "ssh").chmod(0o755)
    with running([str(sshd), "-D", "-e", "-f", f"{directory}/sshd_config"], port, directory / "sshd.log"):
        yield {"PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}


@contextmanager
def rest(root: Path, log: Path, *options: str) -> Iterator[str]:
    """A REST server over the repositories below `root`; its address."""
    port = free_port()
    command = [
        str(require("rclone")),
        "serve",
        "restic",
        "--config",
        "",
        "--addr",
        f"127.0.0.1:{port}",
        *options,
        str(root),
    ]
    with running(command, port, log):
        yield f"http://127.0.0.1:{port}"


def _listens(port: int) -> bool:
    with contextlib.closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
