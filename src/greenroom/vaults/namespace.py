"""The mount namespace that restic runs in: the host as it is, and chosen directories at fixed paths.

restic finds a backup's parent, and so the files that it need not read again, by the path that it backed up. The
snapshots of a session lie at a new path each time; in here each of them is `/greenroom/<session id>`.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

BACKUP_ROOT = "/greenroom"
"""A session's tree is `/greenroom/<session id>` in the vault, whatever machine or volume it came from."""

RESTORE_ROOT = "/greenroom-restore"
"""Where restic is told to restore to: the tree's own directory in it is the real target."""

# What reading and recreating other people's files takes: their contents, owners, device nodes, file capabilities, and
# (SYS_ADMIN) the `trusted.*` attributes by which overlay file systems mark what was deleted.
_CAPABILITIES = (
    "CAP_DAC_OVERRIDE",
    "CAP_DAC_READ_SEARCH",
    "CAP_FOWNER",
    "CAP_CHOWN",
    "CAP_FSETID",
    "CAP_MKNOD",
    "CAP_SETFCAP",
    "CAP_SYS_ADMIN",
)


@dataclass(frozen=True, slots=True)
class Mount:
    """A directory of the host, and the path that restic sees it at."""

    source: Path
    path: str
    writable: bool = False


def entering(mounts: Sequence[Mount], info_fd: int) -> list[str]:
    """The command line that runs what follows it inside; it dies when the thread that started it does.

    `info_fd` receives one JSON object with `child-pid`, the process inside.
    """
    command = ["bwrap", "--die-with-parent", "--info-fd", str(info_fd)]
    if os.geteuid() == 0:
        command += ["--cap-drop", "ALL"]
        for capability in _CAPABILITIES:
            command += ["--cap-add", capability]
    command += _host({mount.path for mount in mounts})
    for mount in mounts:
        command += ["--bind" if mount.writable else "--ro-bind", str(mount.source), mount.path]
    return [*command, "--"]


def _host(taken: set[str]) -> Iterator[str]:
    """Everything at the host's root, one by one: the new root is then free for directories that the host has not."""
    for entry in sorted(os.scandir("/"), key=lambda each: each.name):
        if entry.is_symlink():
            yield from ("--symlink", str(Path(entry.path).readlink()), entry.path)
        elif entry.path in (BACKUP_ROOT, RESTORE_ROOT):
            for child in sorted(os.scandir(entry.path), key=lambda each: each.name):
                if child.path not in taken:
                    yield from ("--dev-bind-try", child.path, child.path)
        else:
            yield from ("--dev-bind-try", entry.path, entry.path)
