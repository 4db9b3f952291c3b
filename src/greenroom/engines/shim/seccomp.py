"""The system calls that no process of a session may make: a filter that the kernel runs, assembled by hand.

Everything is allowed but what a desktop's programs have no business with and what has opened kernels before: mounting,
new user namespaces, keys, kernel modules, BPF, io_uring, typing into terminals, btrfs subvolumes within a volume (which
would not count against its size), sockets of kinds that no network namespace holds (AF_VSOCK reaches a machine's
hypervisor). Foreign calls (32-bit programs, x32) are refused as unknown.
"""

import os
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from errno import EAFNOSUPPORT, ENOSYS, EPERM

_X86_64 = {
    "mount": 165, "umount2": 166, "pivot_root": 155, "swapon": 167, "swapoff": 168, "reboot": 169,
    "sethostname": 170, "setdomainname": 171, "iopl": 172, "ioperm": 173, "init_module": 175, "delete_module": 176,
    "quotactl": 179, "nfsservctl": 180, "acct": 163, "settimeofday": 164, "syslog": 103, "uselib": 134,
    "vhangup": 153, "lookup_dcookie": 212, "clock_settime": 227, "kexec_load": 246, "add_key": 248,
    "request_key": 249, "keyctl": 250, "perf_event_open": 298, "fanotify_init": 300, "open_by_handle_at": 304,
    "clock_adjtime": 305, "setns": 308, "finit_module": 313, "kexec_file_load": 320, "bpf": 321, "userfaultfd": 323,
    "clone": 56, "unshare": 272, "ioctl": 16, "socket": 41,
}  # fmt: skip
_AARCH64 = {
    "mount": 40, "umount2": 39, "pivot_root": 41, "swapon": 224, "swapoff": 225, "reboot": 142,
    "sethostname": 161, "setdomainname": 162, "init_module": 105, "delete_module": 106, "quotactl": 60,
    "nfsservctl": 42, "acct": 89, "settimeofday": 170, "syslog": 116, "vhangup": 58, "lookup_dcookie": 18,
    "clock_settime": 112, "kexec_load": 104, "add_key": 217, "request_key": 218, "keyctl": 219,
    "perf_event_open": 241, "fanotify_init": 262, "open_by_handle_at": 265, "clock_adjtime": 266, "setns": 268,
    "finit_module": 273, "kexec_file_load": 294, "bpf": 280, "userfaultfd": 282,
    "clone": 220, "unshare": 97, "ioctl": 29, "socket": 198,
}  # fmt: skip
_SAME_EVERYWHERE = {
    "io_uring_setup": 425, "io_uring_enter": 426, "io_uring_register": 427, "open_tree": 428, "move_mount": 429,
    "fsopen": 430, "fsconfig": 431, "fsmount": 432, "fspick": 433, "clone3": 435, "mount_setattr": 442,
    "quotactl_fd": 443,
}  # fmt: skip
_CHECKED = ("clone", "unshare", "ioctl", "socket")
"""Refused by their arguments."""
_UNKNOWN = ("clone3", "io_uring_setup", "io_uring_enter", "io_uring_register")
"""Refused as if the kernel lacked them, so that programs take the older way."""

_LOAD = 0x20  # BPF_LD | BPF_W | BPF_ABS
_EQUAL = 0x15  # BPF_JMP | BPF_JEQ | BPF_K
_AT_LEAST = 0x35  # BPF_JMP | BPF_JGE | BPF_K
_ANY_BIT = 0x45  # BPF_JMP | BPF_JSET | BPF_K
_RETURN = 0x06  # BPF_RET | BPF_K
_NUMBER, _ARCHITECTURE = 0, 4
_ARGUMENT = 16
"""Of the first; each has 8 bytes, the low half first on the machines that there is a table of."""
_ALLOW = 0x7FFF_0000
_ERROR = 0x0005_0000
_X32 = 0x4000_0000
_CLONE_NEWUSER = 0x1000_0000
_REFUSED_CONTROLS = (0x5412, 0x541C, 0x5000_9401, 0x5000_940E, 0x5000_9417, 0x5000_9418)
"""TIOCSTI, TIOCLINUX; btrfs's SNAP_CREATE, SUBVOL_CREATE, SNAP_CREATE_V2, SUBVOL_CREATE_V2."""
_FAMILIES = (1, 2, 10, 16)
"""AF_UNIX, AF_INET, AF_INET6, AF_NETLINK."""

_Instruction = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Machine:
    architecture: int
    """AUDIT_ARCH_*."""
    calls: Mapping[str, int]
    has_x32: bool = False


_MACHINES = {
    "x86_64": _Machine(0xC000_003E, {**_X86_64, **_SAME_EVERYWHERE}, has_x32=True),
    "aarch64": _Machine(0xC000_00B7, {**_AARCH64, **_SAME_EVERYWHERE}),
}


def program(machine: str | None = None) -> bytes | None:
    """The filter for that kind of machine (this one's), as the kernel takes it; None where there is no table of it."""
    kind = _MACHINES.get(machine or os.uname().machine)
    if kind is None or sys.maxsize < 2**32:
        return None
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in _assemble(kind))


def _assemble(machine: _Machine) -> Iterator[_Instruction]:
    yield (_LOAD, 0, 0, _ARCHITECTURE)
    yield (_EQUAL, 1, 0, machine.architecture)
    yield _error(ENOSYS)
    yield (_LOAD, 0, 0, _NUMBER)
    if machine.has_x32:
        yield (_AT_LEAST, 0, 1, _X32)
        yield _error(ENOSYS)
    for name, number in machine.calls.items():
        if name not in _CHECKED:
            yield (_EQUAL, 0, 1, number)
            yield _error(ENOSYS if name in _UNKNOWN else EPERM)
    for name in ("clone", "unshare"):
        yield from _checked(machine.calls[name], 0, [(_ANY_BIT, 0, 1, _CLONE_NEWUSER), _error(EPERM), _allow()])
    controls = [(_EQUAL, len(_REFUSED_CONTROLS) - place, 0, each) for place, each in enumerate(_REFUSED_CONTROLS)]
    yield from _checked(machine.calls["ioctl"], 1, [*controls, _allow(), _error(EPERM)])
    families = [(_EQUAL, len(_FAMILIES) - place, 0, family) for place, family in enumerate(_FAMILIES)]
    yield from _checked(machine.calls["socket"], 0, [*families, _error(EAFNOSUPPORT), _allow()])
    yield _allow()


def _checked(number: int, argument: int, check: list[_Instruction]) -> Iterator[_Instruction]:
    """For the call of that number, look at an argument; the check ends with a verdict."""
    yield (_EQUAL, 0, len(check) + 1, number)
    yield (_LOAD, 0, 0, _ARGUMENT + 8 * argument)
    yield from check


def _error(number: int) -> _Instruction:
    return (_RETURN, 0, 0, _ERROR | number)


def _allow() -> _Instruction:
    return (_RETURN, 0, 0, _ALLOW)
