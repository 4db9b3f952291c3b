"""Running the system's storage programs, and saying in one sentence why one failed."""

import os
import subprocess
from collections.abc import Sequence

from greenroom.volumes.base import VolumesError

PACKAGES = {
    "mkfs.btrfs": "btrfs-progs",
    "btrfs": "btrfs-progs",
    "mount": "mount",
    "umount": "mount",
    "losetup": "mount",
    "fallocate": "util-linux",
    "unshare": "util-linux",
    "rm": "coreutils",
    "chmod": "coreutils",
}
"""Debian's package of each program."""

SEARCH_PATH = os.defpath + ":/usr/local/sbin:/usr/sbin:/sbin"
"""Where programs are looked for besides PATH: many users' PATH lacks the sbin directories."""


def run(arguments: Sequence[str], descriptors: Sequence[int] = ()) -> str:
    """Run a program to its end, which inherits the descriptors; returns its standard output.

    Raises VolumesError with the program's own last words.
    """
    program = arguments[0]
    environment = {**os.environ, "LC_ALL": "C", "PATH": f"{os.environ.get('PATH', '')}:{SEARCH_PATH}"}
    try:
        done = subprocess.run(
            arguments,
            env=environment,
            pass_fds=descriptors,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except FileNotFoundError as error:
        package = PACKAGES.get(program, program)
        raise VolumesError(
            f"The program {program} is not installed: apt install {package}.", reason="volumes-program"
        ) from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        words = said[-1] if said else f"exit status {done.returncode}"
        raise VolumesError(f"`{' '.join(arguments)}` failed: {words}", reason="volumes-program")
    return done.stdout.decode(errors="replace")
