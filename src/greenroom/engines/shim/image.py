"""What a session sees of the machine: the arguments of bubblewrap, from the image, the volume and nothing else."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from greenroom.engines.shim import kernel, network, seccomp, sharing
from greenroom.engines.shim.runtime import Launch

INSIDE_ID = 1000
"""User and group number of the session's user, as seen inside."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
INIT = (
    "trap '' HUP INT QUIT TERM; echo ready; exec >/dev/null 2>&1; "
    "while sleep 2147483647 & wait $!; [ $? -ne 127 ]; do :; done"
)
"""The first process: reaps whatever is left to it; nothing inside can end it (its `sleep` can be, and comes back)."""

Contents = Callable[[str | bytes], int]
"""Makes an open file with that content."""

_HOST = Path("/")
"""The image that is this machine's own system."""
_STAGE = Path("/run")
"""A directory that every user can walk to; what is mounted there is seen by bubblewrap alone."""
_HOST_SYSTEM = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32", "etc", "opt", "nix", "var/cache/fontconfig")
"""Of the host's own root; the rest is its data, other people's homes and its sockets."""
_NOT_OF_AN_IMAGE = frozenset(("boot", "dev", "home", "lost+found", "media", "mnt", "proc", "root", "run", "sys", "tmp"))
_MEMORY_SHARE = 4
"""Each of the large file systems in memory may take this part of the machine's at most."""
_SMALL_TMPFS = 64 * 1024 * 1024
_SYSTEM_IDS = 1000


class ImageError(Exception):
    """The image cannot be used as it is."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Where bubblewrap finds the image and the volume: a user of their own cannot walk to where they lie."""

    image: Path
    volume: Path
    shared: tuple[Path, ...] = ()
    shown: Mapping[str, Path] = field(default_factory=dict)
    """Of `Launch.shown`, each."""

    @classmethod
    def of(cls, launch: Launch) -> "Sources":
        """As they are for a user who owns them all; staged where the shim is root and the session is not."""
        spec = launch.spec
        if os.geteuid() != 0:
            return cls(spec.image_root, spec.volume, tuple(shared.source for shared in spec.shared), launch.shown)
        image = spec.image_root if spec.image_root == _HOST else _STAGE / "image"
        shared = tuple(_STAGE / f"shared-{number}" for number in range(len(spec.shared)))
        shown = {inside: _STAGE / f"shown-{number}" for number, inside in enumerate(launch.shown)}
        return cls(image, _STAGE / "volume", shared, shown)

    def stage(self, launch: Launch) -> None:
        """Mount them there, in a mount namespace of this process's own. Raises OSError."""
        if self.volume == launch.spec.volume:
            return
        kernel.leave_mounts()
        wanted = [(launch.spec.volume, self.volume), (launch.spec.image_root, self.image)]
        wanted += zip((shared.source for shared in launch.spec.shared), self.shared, strict=True)
        wanted += [(real, self.shown[inside]) for inside, real in launch.shown.items()]
        opened = [(os.open(real, os.O_PATH | os.O_CLOEXEC), staged) for real, staged in wanted if real != staged]
        kernel.mount_memory(_STAGE, "mode=0755")  # whatever lies below is reached by what was opened before
        for descriptor, staged in opened:
            staged.mkdir()
            kernel.mount_again(Path(f"/proc/self/fd/{descriptor}"), staged)


def home(launch: Launch) -> str:
    """The home directory of the session's user, inside."""
    return home_of(launch.spec.user)


def home_of(user: str) -> str:
    """The home directory of a session's user of that name, inside."""
    return f"/home/{user}"


def environment(launch: Launch) -> dict[str, str]:
    """What every process inside begins with."""
    user = launch.spec.user
    return {
        "HOME": home(launch),
        "LANG": "C.UTF-8",
        "LOGNAME": user,
        "PATH": PATH,
        "SHELL": "/bin/bash" if os.path.lexists(launch.spec.image_root / "bin/bash") else "/bin/sh",
        "USER": user,
        "XDG_RUNTIME_DIR": f"/run/user/{INSIDE_ID}",
        **launch.spec.environment,
    }


def bubblewrap_arguments(launch: Launch, sources: Sources, status: int, contents: Contents) -> list[str]:
    """The whole command line; `status` is the descriptor on which bubblewrap reports.

    Raises OSError for an image that cannot be read, ImageError for one that lacks a system.
    """
    shared = _memory_bytes() // _MEMORY_SHARE
    inside = str(INSIDE_ID)
    return [
        launch.bubblewrap,
        *("--unshare-all", "--unshare-user", "--uid", inside, "--gid", inside, "--hostname", launch.spec.hostname),
        *("--die-with-parent", "--new-session", "--as-pid-1", "--json-status-fd", str(status)),
        *_system(launch.spec.image_root, sources.image),
        *_hidden(launch),
        *("--proc", "/proc", "--dev", "/dev"),
        *(argument for path in launch.devices for argument in ("--dev-bind", str(path), str(path))),
        *_in_memory("/dev/shm", shared),  # noqa: S108  inside
        *("--remount-ro", "/dev"),
        *_in_memory("/tmp", shared),  # noqa: S108  inside
        *_in_memory("/run", _SMALL_TMPFS, "0755"),
        *("--perms", "0700", "--dir", f"/run/user/{inside}"),
        *(argument for at, path in sources.shown.items() for argument in ("--ro-bind", str(path), at)),
        *_etc(launch, contents),
        *("--bind", str(sources.volume), home(launch)),
        *sharing.arguments(launch.spec, sources.shared, home(launch)),
        *_filter(contents),
        *("--remount-ro", "/", "--chdir", home(launch)),
        *("--", "/bin/sh", "-c", INIT),
    ]


def _system(root: Path, source: Path) -> Iterator[str]:
    """The image's system, read-only."""
    of_host = root == _HOST
    names = _HOST_SYSTEM if of_host else sorted(set(os.listdir(root)) - _NOT_OF_AN_IMAGE)  # noqa: PTH208  names only
    if not os.path.lexists(root / "bin/sh") or not os.path.lexists(root / "etc/passwd"):
        raise ImageError(f"{root} is not the root of a Linux system: it needs bin/sh and etc/passwd")
    for name in names:
        path = root / name
        if path.is_symlink():
            yield from ("--symlink", str(path.readlink()), f"/{name}")
        elif path.is_dir():
            yield from ("--ro-bind", str(source / name), f"/{name}")
    if of_host:
        yield from ("--symlink", "/run", "/var/run")
    if of_host or (root / "var/tmp").is_dir():
        yield from _in_memory("/var/tmp", _SMALL_TMPFS)  # noqa: S108  inside


def _filter(contents: Contents) -> Iterator[str]:
    """For the first process; every other is held to the same filter when it enters."""
    program = seccomp.program()
    if program is not None:
        yield from ("--seccomp", str(contents(program)))


def _in_memory(path: str, size: int, mode: str = "1777") -> Iterator[str]:
    """A file system that is gone with the session and takes `size` bytes at most."""
    yield from ("--size", str(size), "--perms", mode, "--tmpfs", path)


def _hidden(launch: Launch) -> Iterator[str]:
    """An empty directory over each that must not be seen and lies where the system was bound."""
    if launch.spec.image_root != _HOST:
        return
    covered: list[Path] = []
    for path in sorted(path.resolve() for path in launch.hidden):
        in_system = len(path.parts) > 1 and path.parts[1] in _HOST_SYSTEM and path.is_dir()
        if in_system and not any(path.is_relative_to(other) for other in covered):
            covered.append(path)
            yield from ("--tmpfs", str(path), "--remount-ro", str(path))


def _etc(launch: Launch, contents: Contents) -> Iterator[str]:
    """The files that name the session instead of the machine, where the image has them."""
    etc = launch.spec.image_root / "etc"
    name = launch.spec.hostname
    user = launch.spec.user
    user_line = f"{user}:x:{INSIDE_ID}:{INSIDE_ID}:{user}:{home(launch)}:{environment(launch)['SHELL']}\n"
    files = {
        "passwd": _system_accounts(etc / "passwd", user) + user_line,
        "group": _system_accounts(etc / "group", user) + f"{user}:x:{INSIDE_ID}:\n",
        "hostname": f"{name}\n",
        "hosts": f"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 {name}\n",
        "machine-id": f"{launch.machine_id}\n",
    }
    for file, content in files.items():
        if (etc / file).is_file() and not (etc / file).is_symlink():
            yield from ("--perms", "0444", "--ro-bind-data", str(contents(content)), f"/etc/{file}")
    if launch.spec.outbound:
        yield from _name_server(etc / "resolv.conf", contents)


def _name_server(file: Path, contents: Contents) -> Iterator[str]:
    """Where names are asked for, in the place where the image's own file is or leads to."""
    place = Path("/etc/resolv.conf")
    if file.is_symlink():
        place = Path(os.path.normpath(place.parent / file.readlink()))
        if not place.is_relative_to("/run"):
            return
    elif not file.is_file():
        return
    content = f"nameserver {network.name_server(network.host_addresses())}\n"
    yield from ("--perms", "0444", "--ro-bind-data", str(contents(content)), str(place))


def _system_accounts(file: Path, user: str) -> str:
    """The image's own accounts, so that its programs find theirs; nobody's personal one."""
    lines = []
    for line in file.read_text(errors="replace").splitlines() if file.is_file() else ():
        fields = line.split(":")
        if len(fields) > 2 and fields[0] != user and fields[2].isdecimal():
            number = int(fields[2])
            if number < _SYSTEM_IDS or number == 65534:
                lines.append(line + "\n")
    return "".join(lines)


def _memory_bytes() -> int:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
