"""The few system calls that the standard library lacks."""

import ctypes
import errno
import fcntl
import os
import signal
from collections.abc import Collection
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4
_PR_CAPBSET_DROP = 24
_PR_SET_SECCOMP = 22
_PR_SET_NO_NEW_PRIVS = 38
_SECCOMP_MODE_FILTER = 2
_INSTRUCTION_BYTES = 8

_CLONE_NEWNS = 0x0002_0000
_CLONE_NEWCGROUP = 0x0200_0000
_CLONE_NEWUTS = 0x0400_0000
_CLONE_NEWIPC = 0x0800_0000
_CLONE_NEWUSER = 0x1000_0000
_CLONE_NEWPID = 0x2000_0000
_CLONE_NEWNET = 0x4000_0000
_EVERY_NAMESPACE = (
    _CLONE_NEWNS | _CLONE_NEWCGROUP | _CLONE_NEWUTS | _CLONE_NEWIPC | _CLONE_NEWUSER | _CLONE_NEWPID | _CLONE_NEWNET
)

_MS_RDONLY = 1
_MS_NOSUID = 2
_MS_NODEV = 4
_MS_REMOUNT = 0x20
_MS_BIND = 0x1000
_MS_REC = 0x4000
_MS_SLAVE = 0x8_0000
_MNT_DETACH = 2
_NS_GET_USERNS = 0xB701

_HIGHEST_CAPABILITY = 63
_KEYCTL_JOIN_SESSION_KEYRING = 1
_KEYCTL = {"x86_64": 250, "aarch64": 219, "riscv64": 219, "ppc64le": 271, "s390x": 280}
"""The system call's number on each kind of machine; libc has no function for it."""


def _checked(result: int, what: str) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def _prctl(option: int, argument: int, what: str) -> None:
    _checked(
        _libc.prctl(option, ctypes.c_ulong(argument), ctypes.c_ulong(0), ctypes.c_ulong(0), ctypes.c_ulong(0)), what
    )


def enter_namespaces(pidfd: int) -> None:
    """Join every namespace of that process at once (Linux 5.8); the pid namespace holds for children only."""
    _checked(_libc.setns(pidfd, _EVERY_NAMESPACE), "enter the session's namespaces")


def owner_of_mounts(pid: int) -> int:
    """An open file of the user namespace that the process's mounts belong to. Raises OSError."""
    mounts = os.open(f"/proc/{pid}/ns/mnt", os.O_RDONLY | os.O_CLOEXEC)
    try:
        return fcntl.ioctl(mounts, _NS_GET_USERNS)
    finally:
        os.close(mounts)


def enter_namespaces_as_root(pidfd: int, owner: int) -> None:
    """As `enter_namespaces`, but into the user namespace `owner`, with all rights over the session. Raises OSError."""
    _checked(_libc.setns(owner, _CLONE_NEWUSER), "enter the session's outer user namespace")
    _checked(_libc.setns(pidfd, _EVERY_NAMESPACE & ~_CLONE_NEWUSER), "enter the session's namespaces")
    if os.geteuid() != 0:
        raise OSError(errno.EPERM, "the session's namespaces have no root of their own")


def move_mount(source: Path, target: Path) -> None:
    """Let what is mounted on `source` be seen on `target` alone."""
    _mount(os.fsencode(source), os.fsencode(target), None, _MS_BIND, None)
    _checked(_libc.umount2(os.fsencode(source), _MNT_DETACH), f"unmount {source}")


def seal_mount(target: Path) -> None:
    """Let nobody in this mount namespace write what is mounted on `target`."""
    flags = _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV
    _mount(b"none", os.fsencode(target), None, flags, None)


def leave_mounts() -> None:
    """Begin a mount namespace whose own mounts nobody else sees; what the machine unmounts still goes from it."""
    _checked(_libc.unshare(_CLONE_NEWNS), "make a mount namespace")
    _mount(b"none", b"/", None, _MS_REC | _MS_SLAVE, None)


def mount_memory(target: Path, options: str) -> None:
    """Mount a file system in memory on that directory."""
    _mount(b"tmpfs", os.fsencode(target), b"tmpfs", 0, options.encode())


def mount_again(source: Path, target: Path) -> None:
    """Let the directory `source`, with what is mounted in it, be seen on `target` too."""
    _mount(os.fsencode(source), os.fsencode(target), None, _MS_BIND | _MS_REC, None)


def _mount(source: bytes, target: bytes, kind: bytes | None, flags: int, options: bytes | None) -> None:
    done = _libc.mount(source, target, kind, ctypes.c_ulong(flags), options)
    _checked(done, f"mount {os.fsdecode(source)} on {os.fsdecode(target)}")


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when `parent` ends. Call after a change of user, which forgets it."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, "tie the life to the parent's")
    if os.getppid() != parent:  # it ended before the kernel was told
        os.kill(os.getpid(), signal.SIGKILL)


def hide_memory() -> None:
    """Keep processes of the same user from reading this one's memory and open files, until it runs a program."""
    _prctl(_PR_SET_DUMPABLE, 0, "hide the memory")


def forbid_new_privileges() -> None:
    """No program that this process or its children run can gain rights (setuid, file capabilities)."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, "forbid new privileges")


def drop_bounding_capabilities(keep: Collection[int] = ()) -> None:
    """Take every capability but `keep` out of the set that programs run from here may ever have."""
    for capability in range(_HIGHEST_CAPABILITY + 1):
        if capability in keep:
            continue
        try:
            _prctl(_PR_CAPBSET_DROP, capability, "drop a capability")
        except OSError:
            if capability == 0:
                raise
            return  # the kernel knows no capability of that number


class _FilterProgram(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def filter_calls(program: bytes) -> None:
    """Have the kernel run that filter on every system call of this process and its children, for good."""
    instructions = ctypes.create_string_buffer(program, len(program))
    filtering = _FilterProgram(len(program) // _INSTRUCTION_BYTES, ctypes.addressof(instructions))
    done = _libc.prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_SECCOMP_MODE_FILTER), ctypes.byref(filtering), 0, 0)
    _checked(done, "filter system calls")


def leave_session_keyring() -> None:
    """Begin an empty session keyring, so that the session does not possess the keys of whoever started the server."""
    number = _KEYCTL.get(os.uname().machine)
    if number is not None:  # a kernel without keyrings answers with an error, which is as good
        _libc.syscall(ctypes.c_long(number), ctypes.c_long(_KEYCTL_JOIN_SESSION_KEYRING), ctypes.c_long(0))
