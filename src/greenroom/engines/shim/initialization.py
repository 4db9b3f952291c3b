"""Initialization scripts: run one after another inside a session that has begun, before anybody else may enter it.

System scripts run as root of the session's own namespaces: it owns what the session owns and nothing of the machine,
neither mounts nor changes the network, and finds an `/etc` that it can write, a copy which is sealed when the last
system script has ended. A script that fails or takes too long fails the start; the session's end takes with it
whatever the script has left, however much that is.
"""

import contextlib
import os
import select
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from greenroom.engines.base import Script
from greenroom.engines.shim import entry, image, kernel
from greenroom.engines.shim.entry import Order, Person
from greenroom.engines.shim.journal import Journal
from greenroom.engines.shim.namespace import Namespace
from greenroom.engines.shim.runtime import Launch

OUTPUT_BYTES = 256 * 1024
"""Of each script's output that are kept; a script that prints for ever fills no disk."""
SCRIPT_END = 5.0
"""Seconds beyond its time that the end of a script may take."""
_LAST_LINE = 300
_COPY_TIMEOUT = 20.0
_ETC_BYTES = 64 * 1024 * 1024
_ETC = Path("/etc")
_BESIDE = Path("/run/.etc")


class ScriptError(Exception):
    """A script failed; the text names it and carries the last line that it printed, never its own text."""


def run(launch: Launch, person: Person, inside: Namespace, record: Journal) -> None:
    """Run the session's scripts in their order. Raises ScriptError, OSError."""
    own = image.environment(launch)
    try:
        with _as_root(person, inside, needed=any(script.as_root for script in launch.spec.scripts)) as root:
            for script in launch.spec.scripts:
                if script.as_root:
                    # What was sealed stays so: root scripts come first.
                    environment = {**own, "HOME": "/tmp", "USER": "root", "LOGNAME": "root"}  # noqa: S108  inside
                    _Run(script, {**environment, **script.environment}, "/", record, root).to_end(
                        launch, person, inside
                    )
        for script in launch.spec.scripts:
            if not script.as_root:
                _Run(script, {**own, **script.environment}, image.home(launch), record).to_end(launch, person, inside)
    finally:
        record.close()


@contextmanager
def _as_root(person: Person, inside: Namespace, *, needed: bool) -> Iterator[int | None]:
    """The way in as root, with an /etc to write for as long as the context lasts."""
    if not needed:
        yield None
        return
    root = kernel.owner_of_mounts(inside.init.pid)
    try:
        if not _do_inside(person, inside, root, _open_etc):
            raise ScriptError("The session could not be prepared for its system scripts: its /etc cannot be copied.")
        yield root
        if not _do_inside(person, inside, root, _seal_etc):
            raise ScriptError("The session could not be sealed after its system scripts.")
    finally:
        os.close(root)


def _do_inside(person: Person, inside: Namespace, root: int, body: Callable[[], int]) -> bool:
    """Whether a process that has all rights over the session, and runs nothing of it but `body`, did so."""
    pid = entry.fork_as_root(person, inside.pidfd, root, body)
    return os.waitpid(pid, 0)[1] == 0


def _open_etc() -> int:
    _BESIDE.mkdir(mode=0o755)
    kernel.mount_memory(_BESIDE, f"mode=0755,size={_ETC_BYTES}")
    copying = os.fork()
    if copying == 0:
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        with contextlib.suppress(OSError):
            os.execve("/bin/cp", ["cp", "-RPp", f"{_ETC}/.", str(_BESIDE)], {})  # noqa: S606  no shell is wanted
        os._exit(entry.NOT_EXECUTABLE)
    # A file that the session may not read (shadow) is none that its scripts could have read before.
    if os.waitstatus_to_exitcode(os.waitpid(copying, 0)[1]) not in (0, 1):
        return 1
    kernel.move_mount(_BESIDE, _ETC)
    _BESIDE.rmdir()
    return 0


def _seal_etc() -> int:
    kernel.seal_mount(_ETC)
    return 0


class _Run:
    """One script, from its start to its end."""

    def __init__(
        self, script: Script, environment: dict[str, str], directory: str, record: Journal, root: int | None = None
    ) -> None:
        self._script = script
        self._environment = environment
        self._directory = directory
        self._record = record
        self._root = root
        self._printed = 0
        self._end = b""
        """The last part of the output, for its last line."""

    def to_end(self, launch: Launch, person: Person, inside: Namespace) -> None:
        """Run it. Raises ScriptError, OSError."""
        script, timeout = self._script, launch.spec.script_timeout
        self._record.note(f"{script.name}: begins")
        began = time.monotonic()
        output, output_end = os.pipe2(os.O_CLOEXEC)
        text = os.memfd_create("script", os.MFD_CLOEXEC)
        null = os.open(os.devnull, os.O_RDWR | os.O_CLOEXEC)
        try:
            with os.fdopen(os.dup(text), "wb") as file:
                file.write(script.text.encode())
            files = (null, output_end, output_end, text)
            command = [*interpreter(script.text, self._environment["SHELL"]), "/dev/fd/3"]
            companion = entry.execute(
                person, inside.pidfd, Order(command, self._environment, self._directory, files, root=self._root)
            )
            os.close(output_end)
            output_end = -1
            status = self._follow(companion, output, began + timeout)
        finally:
            for descriptor in filter(lambda number: number >= 0, (output, output_end, text, null)):
                os.close(descriptor)
        took = time.monotonic() - began
        if status is None:
            self._fail(f"took longer than {timeout:g} s and was ended (setting script_timeout)")
        if status != 0:
            self._fail(f"ended with status {status}")
        self._record.note(f"{script.name}: done after {took:.1f} s")

    def _follow(self, companion: int, output: int, deadline: float) -> int | None:
        """The exit status, with the output kept meanwhile; None where the script does not end in time."""
        ended = os.pidfd_open(companion)
        os.set_blocking(output, False)
        try:
            poller = select.poll()
            poller.register(ended, select.POLLIN)
            poller.register(output, select.POLLIN)
            while True:
                # Looked at here too: a script that prints without a pause must not outlive its time.
                patience = deadline - time.monotonic()
                events = dict(poller.poll(max(0.0, patience) * 1000)) if patience > 0 else {}
                if not events:
                    return None
                if output in events and not self._keep(output):
                    poller.unregister(output)
                if ended in events:
                    # What runs on in the background may print for ever: only what is there now counts.
                    for _ in range(16):
                        if not self._keep(output):
                            break
                    return os.waitstatus_to_exitcode(os.waitpid(companion, 0)[1])
        finally:
            os.close(ended)

    def _keep(self, output: int) -> bool:
        """Take what the script has printed; False where there is nothing."""
        try:
            part = os.read(output, 65536)
        except BlockingIOError:
            return False
        if not part:
            return False
        self._end = (self._end + part)[-4 * _LAST_LINE :]
        room = OUTPUT_BYTES - self._printed
        self._printed += len(part)
        if room >= 0:
            self._record.write(part[:room])
            if len(part) > room:
                self._record.write(b"\n")
                self._record.note(f"{self._script.name}: what it printed beyond {OUTPUT_BYTES} bytes is left out")
        return True

    def _fail(self, what: str) -> None:
        lines = [line.strip() for line in self._end.decode(errors="replace").splitlines() if line.strip()]
        last = f"Its last line: {lines[-1][-_LAST_LINE:]}" if lines else "It printed nothing."
        self._record.note(f"{self._script.name}: {what}")
        raise ScriptError(f"The {self._script.name} {what}. {last}")


def interpreter(text: str, shell: str) -> list[str]:
    """What runs a script of that text, as the kernel would read its first line."""
    first = text.partition("\n")[0].rstrip("\r")
    words = first[2:].strip().split(None, 1) if first.startswith("#!") else []
    return words or [shell]
