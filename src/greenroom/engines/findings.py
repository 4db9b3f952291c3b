"""What the local engine can do on this machine, tried by doing it."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from greenroom.engines.base import SessionLimits
from greenroom.engines.shim import cgroups, network, seccomp

_PROBE_TIMEOUT = 20
_NOBODY = 65534


class State(StrEnum):
    """How well a part works."""

    OK = "ok"
    LIMITED = "limited"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the machine, as `doctor` shows it."""

    part: str
    state: State
    meaning: str
    """What works, or what does not and why."""
    remedy: str = ""
    """What to do for more; empty where there is nothing to do."""


def findings(bubblewrap: str = "bwrap") -> list[Finding]:
    """What works here, and what to install for more. Takes about a tenth of a second."""
    return [_namespaces(bubblewrap), _users(), *_control_groups(), _network(), _calls()]


def _namespaces(bubblewrap: str) -> Finding:
    part = "sessions (bubblewrap)"
    program = shutil.which(bubblewrap)
    if program is None:
        return Finding(part, State.MISSING, "bubblewrap is not installed: no session can run", "apt install bubblewrap")
    if not hasattr(os, "pidfd_open") or _kernel() < (5, 8):
        return Finding(part, State.MISSING, "the kernel is older than 5.8: no session can be entered", "update Linux")
    try:
        tried = _try_namespaces(program)
    except (OSError, subprocess.SubprocessError) as error:
        return Finding(part, State.MISSING, f"{program} does not run: {error}", "apt install --reinstall bubblewrap")
    if tried.returncode != 0:
        return Finding(
            part,
            State.MISSING,
            f"namespaces are not allowed here: {tried.stderr.strip()}",
            "allow user namespaces: sysctl kernel.unprivileged_userns_clone=1 (older Debian), "
            "sysctl kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu 24.04 and later); "
            "in a container, start it with nesting allowed",
        )
    return Finding(part, State.OK, f"{program} makes namespaces; sessions can run")


def _try_namespaces(program: str) -> "subprocess.CompletedProcess[str]":
    """Run a program in every namespace that a session has, as a user who is not root."""
    other = _NOBODY if os.geteuid() == 0 else None
    links = [argument for name in ("bin", "lib", "lib64") for argument in ("--symlink", f"usr/{name}", f"/{name}")]
    return subprocess.run(
        [
            *(program, "--unshare-all", "--unshare-user", "--uid", "1000", "--gid", "1000", "--hostname", "probe"),
            *("--die-with-parent", "--ro-bind", "/usr", "/usr", "--proc", "/proc", "--dev", "/dev", *links),
            "/bin/true",
        ],
        capture_output=True,
        text=True,
        timeout=_PROBE_TIMEOUT,
        check=False,
        cwd="/",
        user=other,
        group=other,
        extra_groups=None if other is None else (),
    )


def _network() -> Finding:
    part = "network of sessions"
    if shutil.which(network.PROGRAM) is None:
        meaning = f"{network.PROGRAM} is not installed: sessions reach no other machine, whatever is set"
        return Finding(part, State.LIMITED, meaning, f"apt install {network.PROGRAM}")
    if not network.TUN.exists():
        meaning = f"{network.TUN} is not there: sessions reach no other machine, whatever is set"
        return Finding(part, State.LIMITED, meaning, "modprobe tun; in a container, let it have the device")
    return Finding(part, State.OK, "sessions can be given a way to other machines (setting network)")


def _calls() -> Finding:
    part = "filter of system calls"
    if seccomp.program() is None:
        return Finding(part, State.LIMITED, f"there is none for {os.uname().machine}", "run it on x86-64 or 64-bit ARM")
    return Finding(part, State.OK, "every process of a session is held to it")


def _users() -> Finding:
    part = "a host user for each session"
    if os.geteuid() == 0:
        return Finding(part, State.OK, "each session runs as its own user of the host")
    return Finding(
        part,
        State.LIMITED,
        "not root: all sessions run as this user, kept apart by namespaces alone",
        "run the server as root",
    )


def _control_groups() -> list[Finding]:
    """The freezer and the limits, tried on a group that is dropped again."""
    groups, missing = cgroups.create(f"probe-{os.getpid()}", SessionLimits(cpus=1, memory_bytes=1 << 30, pids=64))
    can_freeze = groups.can_freeze
    # The group that freezes has no controllers where those of version 1 keep the limits.
    legacy = any(not (directory / "cgroup.controllers").exists() for directory in groups.directories)
    kind = "version 1" if legacy else "version 2"
    groups.remove(timeout=1)
    remedy = "run the server as root on a system with control groups version 2 (Debian 11, Ubuntu 22.04, or later)"
    freezer = Finding("freezing for snapshots", State.OK, "sessions are frozen by their control group")
    if not can_freeze:
        freezer = Finding(
            freezer.part,
            State.LIMITED,
            "no freezer: sessions are stopped by signals, which their shells may see",
            remedy,
        )
    return [freezer, _limits(missing, kind, remedy)]


_WITHOUT_GROUP = {
    "cpu": "processors by binding each process to some",
    "memory": "memory of each process, not of all together",
    "pids": "processes of each host user",
}


def _limits(missing: Sequence[str], kind: str, remedy: str) -> Finding:
    part = "limits of sessions"
    if not missing:
        return Finding(part, State.OK, f"processors, memory and processes, by control groups of {kind}")
    how = "; ".join(_WITHOUT_GROUP[controller] for controller in missing)
    return Finding(part, State.LIMITED, f"without a control group: {how}", remedy)


def _kernel() -> tuple[int, int]:
    major, minor = os.uname().release.split("-")[0].split(".")[:2]
    return int(major), int(minor)
