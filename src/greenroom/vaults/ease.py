"""How a restic of the background gives way to the sessions on its machine."""

import shlex
from collections.abc import Sequence
from pathlib import Path

_DISK = ("ionice", "-c", "2", "-n", "7", "-t")
USUAL = ("nice", "-n", "10", *_DISK)
"""Before a command that gives way to other processes, as far as nothing groups them."""
_LAST = "19"


def giving_way(doors: Sequence[Path]) -> tuple[str, ...]:
    """What to put before a command that is to take little where a session wants the processors.

    `doors`: the `cgroup.procs` files of a control group that says how little. Where there is none, or it cannot be
    joined, the command has the last place of all processes, and so has the group that Linux makes of a program's
    processes by itself (autogroup), within which alone niceness would count otherwise.
    """
    into = ["/proc/self/autogroup", *map(str, doors)]
    joining = " ".join(
        f"{{ echo {_LAST if number == 0 else 0} >{shlex.quote(file)}; }} 2>/dev/null;"
        for number, file in enumerate(into)
    )
    return ("sh", "-c", f'{joining} exec "$@"', "sh", "nice", "-n", _LAST, *_DISK)
