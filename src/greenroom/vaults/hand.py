"""The second hand of a backup: it looks at the tree while restic stores it, and then proves that it was stored.

What is more than a little work is done by a process of its own (`proving`): in the server it would hold up whatever
else its Python does, and give way to no session. That process can only spare work: where it cannot be started, ends,
hangs or says what means nothing, the proof is made here, by restic.
"""

import contextlib
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol, TypeVar

import structlog

from greenroom.vaults.channel import Channel, ChannelError
from greenroom.vaults.manifest import Entry, scan, walk
from greenroom.vaults.proof import Note, Prover
from greenroom.vaults.proving import Answer, Failed, Noted, Place, Prove, Proven, Seen, Task
from greenroom.vaults.pulse import Pulse
from greenroom.vaults.readback import Held

FEW = 1000
"""Entries up to which, and bytes of content, starting a process takes longer than what it would do."""
LITTLE = 64 << 20
SILENCE = 300.0
"""Seconds without any sign of life after which a process is taken to hang."""

_PROGRAM = "import sys; sys.path.append(sys.argv[1]); from greenroom.vaults.proving import main; main()"
_WITH_PARENT = ("setpriv", "--pdeathsig", "KILL")
_OURS = "GREENROOM_"
_A = TypeVar("_A", Seen, Proven)


log = structlog.get_logger("greenroom.vaults")
_USUAL = ("backup-read-by-restic", "proven-backup-read-by-restic")
"""Events that say nothing about the vault's health: a large index is enough for them."""


def into_log(event: str, of: str, why: str) -> None:
    """Write down what is worth a line."""
    (log.info if event in _USUAL else log.warning)(event, id=of, why=why)


class Hand(Protocol):
    """Has looked at one tree. Leaving it ends what it began."""

    def seen(self) -> Seen:
        """What the tree holds. Raises SourceUnreadableError."""

    def prove(self, held: Held, created_at: datetime) -> None:
        """Compare the backup, which is stored now, with the tree. Raises VaultError, BackupBrokenError."""

    def end(self) -> None:
        """Leave nothing of it behind."""


class Hands:
    """Begins hands for one repository."""

    def __init__(self, place: Place, prover: Prover, by_restic: Prover, note: Note, *, few: int = FEW) -> None:
        """`prover`: proves here; `by_restic`: without reading the repository itself. `few`: see FEW."""
        self._place = place
        self._prover = prover
        self._by_restic = by_restic
        self._note = note
        self._few = few

    def begin(self, session_id: str, source: Path) -> Hand:
        """Begin to look at the tree. Raises SourceUnreadableError."""
        entries = _little(source, self._few)
        if entries is not None:
            return Here(self._prover, session_id, source, entries)

        def instead() -> Here:
            return Here(self._by_restic, session_id, source, scan(source))

        try:
            process = Process.started(self._place.ease)
        except OSError as error:
            self._note("prover-not-started", session_id, str(error))
            return instead()
        return Aside(process, Task(self._place, session_id, os.fsencode(source)), self._note, instead)


def _little(source: Path, few: int) -> dict[str, Entry] | None:
    """All of the tree, or None where that is more than a little."""
    entries, size = {}, 0
    for entry in walk(source):
        entries[entry.path] = entry
        size += entry.size
        if len(entries) > few or size > LITTLE:
            return None
    return entries


@dataclass(frozen=True, slots=True)
class Here:
    """Works in this process."""

    prover: Prover
    session_id: str
    source: Path
    entries: Mapping[str, Entry]

    def seen(self) -> Seen:
        """What the tree holds."""
        return Seen.of(self.entries)

    def prove(self, held: Held, created_at: datetime) -> None:
        """Compare the backup with the tree."""
        self.prover.prove(held, created_at, self.prover.look(self.session_id, self.source, self.entries))

    def end(self) -> None:
        """Nothing was begun."""


class Process:
    """A process that proves; it dies with the thread that started it, and whatever it started with it."""

    def __init__(self, process: "subprocess.Popen[bytes]", channel: Channel) -> None:
        self._process = process
        self._channel = channel
        self._pulse = Pulse(process.pid, lambda: 0)
        # Also where nobody asks any more: with the last who knows of it, it goes.
        self._end = weakref.finalize(self, _end, process, channel)

    @classmethod
    def started(cls, ease: tuple[str, ...]) -> "Process":
        """Start one. Raises OSError."""
        package = str(Path(__file__).parents[2])
        channel, its_end = Channel.pair()
        try:
            process = subprocess.Popen(
                [*ease, *_WITH_PARENT, sys.executable, "-I", "-c", _PROGRAM, package],
                stdin=its_end.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={name: value for name, value in os.environ.items() if not name.startswith(_OURS)},
                cwd="/",
                start_new_session=True,  # Ctrl-C is the server's to handle
            )
        except OSError:
            channel.close()
            raise
        finally:
            its_end.close()
        return cls(process, channel)

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def send(self, message: Task | Prove) -> None:
        """Tell it something. Raises ChannelError."""
        self._channel.send(message)

    def answer(self) -> Answer:
        """What it says next. Raises ChannelError."""
        answer: Answer = self._channel.receive(Answer, lambda: self._pulse.silence() < SILENCE)
        return answer

    def end(self) -> str:
        """End it, where it has not; the last line that it complained in. Again: nothing more happens."""
        return self._end() or ""


def _end(process: "subprocess.Popen[bytes]", channel: Channel) -> str:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)  # not reaped yet: the id is nobody else's
    _, complaints = process.communicate()
    channel.close()
    return complaints.decode(errors="replace").strip().rpartition("\n")[2]


class Aside:
    """Works in a process of its own as long as that is well, and here from then on."""

    def __init__(self, process: Process, task: Task, note: Note, instead: Callable[[], Hand]) -> None:
        self._process = process
        self._task = task
        self._note = note
        self._instead = instead
        self._here: Hand | None = None
        self._sum: Seen | None = None
        with contextlib.suppress(ChannelError):  # that it has ended is found out when it is to answer
            process.send(task)

    def seen(self) -> Seen:
        """What the tree holds, once it was looked through."""
        if self._sum is None:
            try:
                self._sum = self._heard(Seen)
            except ChannelError as error:
                self._sum = self._taken_over(error).seen()
        return self._sum

    def prove(self, held: Held, created_at: datetime) -> None:
        """Compare the backup with the tree."""
        self.seen()
        here = self._here
        if here is None:
            try:
                self._process.send(Prove(held, created_at))
                proven = self._heard(Proven)
            except ChannelError as error:
                here = self._taken_over(error)
            else:
                if proven.snapshot == held.snapshot:
                    return
                here = self._taken_over(ChannelError("it proved what it was not asked for"))
        here.prove(held, created_at)

    def end(self) -> None:
        """End the process."""
        self._process.end()

    def _heard(self, kind: type[_A]) -> _A:
        """The next answer, which is to be of that kind. Raises ChannelError, or the failure that it tells."""
        while True:
            answer = self._process.answer()
            if isinstance(answer, kind):
                return answer
            if isinstance(answer, Failed):
                raise answer.error()
            if not isinstance(answer, Noted):
                raise ChannelError("it answered what it was not asked")
            self._note(answer.event, answer.id, answer.why)

    def _taken_over(self, error: ChannelError) -> Hand:
        """What does the work from now on."""
        last = self._process.end()
        self._note("prover-lost", self._task.session_id, f"{error}: {last}" if last else str(error))
        self._here = self._instead()
        return self._here
