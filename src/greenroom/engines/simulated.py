"""Sessions with nothing behind them, for tests of rules and of scale; latencies and faults by settings and a seed.

What happens to a call depends on the seed, the session, the call and how often that call was made for that session,
never on the order in which threads come to it: the same seed gives the same story.
"""

# ruff: noqa: ARG002  the contract has arguments that nothing here needs
import hashlib
import socket
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

from greenroom.engines.base import EngineError, EnginePermanentError, Running, SessionLog, SessionSpec

CALLS = ("start", "stop", "freeze", "thaw", "forget")
"""The calls that take time, if `latency` says so; the first three may also fail."""
LIFE = "life"
"""In `faults`: how often of 1 a started session ends by itself; in `latency`: the longest that takes."""
LATENCIES = frozenset((*CALLS, LIFE))
FAULTS = frozenset(("start", "stop", "freeze", LIFE))

_LONGEST_LIFE = timedelta(minutes=1)
_BUSY_SECONDS = 30
_TABLES = """
CREATE TABLE IF NOT EXISTS running (
    session_id TEXT PRIMARY KEY, started_at REAL NOT NULL, ends_at REAL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS attempts (
    session_id TEXT, call TEXT, number INTEGER NOT NULL, PRIMARY KEY (session_id, call)) WITHOUT ROWID;
"""


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SimulatedEngine:
    """Keeps the engine's contract and runs nothing. Thread-safe; processes may share one ledger.

    latency: how long a call takes on average, by its name in CALLS; each takes between half and one and a half times
    that. faults: how often of 1 a call fails, by its name in FAULTS; a `freeze` that fails returns False.
    """

    name = "simulated"

    def __init__(
        self,
        ledger: Path | None = None,
        *,
        seed: int = 0,
        latency: Mapping[str, timedelta] = MappingProxyType({}),
        faults: Mapping[str, float] = MappingProxyType({}),
        clock: Callable[[], datetime] = _utc_now,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        """`ledger`: a file that remembers what runs when the server ends; None: nobody does.

        `pause` waits that many seconds. Raises ValueError for names in `latency` and `faults` that mean nothing.
        """
        _check_names("latency", latency, LATENCIES)
        _check_names("faults", faults, FAULTS)
        self._seed = seed
        self._latency = latency
        self._faults = faults
        self._clock = clock
        self._pause = pause
        self._guard = threading.Lock()
        if ledger is not None:
            ledger.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._ledger = sqlite3.connect(
            ledger or ":memory:", timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        weakref.finalize(self, self._ledger.close)
        # What is lost with the machine's power is only what ran on it.
        self._ledger.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + _TABLES)

    def start(self, spec: SessionSpec) -> None:
        """See Engine.start."""
        session_id = spec.session_id
        if self.is_running(session_id):
            return
        attempt = self._attempt(session_id, "start")
        if self._fails(session_id, "start", attempt):
            raise EngineError(f"session {session_id}: the simulated start failed", reason="simulated-fault")
        now = self._clock().timestamp()
        ends_at = None
        if self._fails(session_id, LIFE, attempt):
            longest = self._latency.get(LIFE, _LONGEST_LIFE).total_seconds()
            ends_at = now + longest * self._fate(session_id, "lifetime", attempt)
        # One that ended by itself leaves its row; one that somebody else started meanwhile stays as it is.
        self._write(
            "INSERT INTO running VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET started_at = ?2, ends_at = ?3 "
            "WHERE ends_at <= ?2",
            (session_id, now, ends_at),
        )

    def stop(self, session_id: str, grace_seconds: float = 10.0) -> None:
        """See Engine.stop. Nothing here needs grace."""
        if not self.is_running(session_id):
            return
        attempt = self._attempt(session_id, "stop")
        if self._fails(session_id, "stop", attempt):
            raise EngineError(f"session {session_id}: the simulated stop failed", reason="simulated-fault")
        self._write("DELETE FROM running WHERE session_id = ?", (session_id,))

    def running(self) -> list[Running]:
        """See Engine.running."""
        rows = self._read(
            "SELECT session_id, started_at FROM running WHERE ends_at IS NULL OR ends_at > ?",
            (self._clock().timestamp(),),
        )
        return [Running(session_id, datetime.fromtimestamp(started_at, UTC)) for session_id, started_at in rows]

    def is_running(self, session_id: str) -> bool:
        """See Engine.is_running."""
        now = self._clock().timestamp()
        return bool(
            self._read(
                "SELECT 1 FROM running WHERE session_id = ? AND (ends_at IS NULL OR ends_at > ?)", (session_id, now)
            )
        )

    def freeze(self, session_id: str) -> bool:
        """See Engine.freeze."""
        if not self.is_running(session_id):
            return False
        return not self._fails(session_id, "freeze", self._attempt(session_id, "freeze"))

    def thaw(self, session_id: str) -> bool:
        """See Engine.thaw. What has no processes stands still always."""
        if not self.is_running(session_id):
            return False
        self._attempt(session_id, "thaw")
        return True

    def execute(
        self,
        session_id: str,
        command: Sequence[str],
        *,
        stdin: int,
        stdout: int,
        stderr: int,
        environment: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> int:
        """Raises EngineError always: there is nothing that could run a command."""
        if not self.is_running(session_id):
            raise EngineError(f"session {session_id} does not run here; start it first", reason="session-not-running")
        raise EnginePermanentError(
            f"session {session_id} is simulated and runs no commands; for real ones set GREENROOM_ENGINE=local",
            reason="simulated",
        )

    def log(self, session_id: str) -> SessionLog:
        """See Engine.log. Nothing here says anything."""
        return SessionLog()

    def open_stream(self, session_id: str, patience: float) -> socket.socket:
        """Raises EngineError always: there is no desktop."""
        raise EnginePermanentError(
            f"session {session_id} is simulated and has no desktop; for real ones set GREENROOM_ENGINE=local",
            reason="simulated",
        )

    def tell(self, session_id: str, title: str, text: str, until: float) -> None:
        """See Engine.tell. There is no desktop."""
        if not self.is_running(session_id):
            raise EngineError(f"session {session_id} does not run here; start it first", reason="session-not-running")

    def unused_for(self, session_id: str) -> float | None:
        """None: nobody can use it."""
        return None

    def picture(self, session_id: str, max_age: float) -> bytes | None:
        """None: there is no desktop."""
        return None

    def forget(self, session_id: str) -> None:
        """See Engine.forget. Raises EngineError for a session that runs."""
        if self.is_running(session_id):
            raise EngineError(
                f"session {session_id} is in use: stop it before it is forgotten", reason="session-running"
            )
        if self._read("SELECT 1 FROM attempts WHERE session_id = ? LIMIT 1", (session_id,)):
            self._attempt(session_id, "forget")
            self._write("DELETE FROM running WHERE session_id = ?", (session_id,))
            self._write("DELETE FROM attempts WHERE session_id = ?", (session_id,))

    def vanish(self, session_id: str) -> None:
        """End a session as a crash would: no call, no time, no fault. For tests of those who have to notice."""
        self._write("DELETE FROM running WHERE session_id = ?", (session_id,))

    def close(self) -> None:
        """Close the ledger; what runs stays in it."""
        with self._guard:
            self._ledger.close()

    def _attempt(self, session_id: str, call: str) -> int:
        """Count the call, let its time pass, and return how many there have been."""
        ((number,),) = self._write(
            "INSERT INTO attempts VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET number = number + 1 RETURNING number",
            (session_id, call),
        )
        mean = self._latency.get(call)
        if mean:
            self._pause(mean.total_seconds() * (0.5 + self._fate(session_id, f"{call} latency", number)))
        return int(number)

    def _fails(self, session_id: str, call: str, attempt: int) -> bool:
        return self._fate(session_id, call, attempt) < self._faults.get(call, 0.0)

    def _fate(self, session_id: str, purpose: str, attempt: int) -> float:
        """A number from 0 to below 1, the same for the same question."""
        question = "\0".join((str(self._seed), session_id, purpose, str(attempt)))
        return int.from_bytes(hashlib.blake2b(question.encode(), digest_size=6).digest(), "big") / 2**48

    def _read(self, statement: str, values: tuple[object, ...]) -> list[tuple[str, float]]:
        with self._guard:
            return self._ledger.execute(statement, values).fetchall()

    def _write(self, statement: str, values: tuple[object, ...]) -> list[tuple[int]]:
        with self._guard:
            return self._ledger.execute(statement, values).fetchall()


def _check_names(what: str, given: Mapping[str, object], known: frozenset[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise ValueError(f"{what} of the simulated engine: {unknown[0]!r} is none of {', '.join(sorted(known))}")
