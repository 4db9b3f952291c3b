"""The loop: claims due work, has it done by threads, writes when it is due again. Crash-only.

Each row of work is one resource. A step looks at the resource as it is, does one idempotent thing and returns when
it wants to look again; whatever a crash leaves is found again by the next claim. Steps of one group share threads,
so that a slow vault never keeps a session from starting.
"""

import threading
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from random import Random

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from greenroom.store import work
from greenroom.store.database import Database, DatabaseUnavailableError

log = structlog.get_logger("greenroom.control")

LEASE = timedelta(seconds=30)
SET_BACK = timedelta(seconds=10)
"""How far the clock goes back before that matters."""
POLL = timedelta(seconds=1)
"""How often work that another process scheduled is looked for."""


class RetryLater(Exception):  # noqa: N818  an outcome, not a fault
    """This step could not be done now, for a reason that was foreseen: try again after a growing pause."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


class LeaseLostError(Exception):
    """Another worker has the row by now: nothing may be written."""


@dataclass(frozen=True, slots=True)
class Held:
    """A step's hold on its row."""

    database: Database
    claim: work.Claim
    clock: Callable[[], datetime]

    @property
    def attempts(self) -> int:
        """Tries that failed in a row before this one."""
        return self.claim.attempts

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction for an outcome. Raises LeaseLostError where the row is no longer ours."""
        with self.database.write() as connection:
            if not work.holds(connection, self.claim):
                raise LeaseLostError(f"{self.claim.kind} {self.claim.resource_id}")
            yield connection


Step = Callable[[str, Held], datetime | None]
"""Does one thing for the resource of that id; returns when to look again, None: not before it is scheduled."""


@dataclass(frozen=True, slots=True)
class Group:
    """Kinds of work that share threads."""

    name: str
    steps: Mapping[str, Step]
    threads: int


@dataclass(slots=True)
class Pauses:
    """How long a failed step waits: doubling from `base` to `limit`, each a random half to whole of it."""

    base: timedelta = timedelta(seconds=1)
    limit: timedelta = timedelta(minutes=5)
    random: Random = field(default_factory=Random)

    def after(self, attempts: int) -> timedelta:
        """The pause after that many failures before this one."""
        whole: timedelta = min(self.limit, self.base * 2 ** min(attempts, 30))
        return whole * self.random.uniform(0.5, 1.0)


class Loop:
    """Runs the groups' steps until `stop`. Thread-safe; any number of loops may share a database."""

    def __init__(
        self,
        database: Database,
        groups: Sequence[Group],
        *,
        clock: Callable[[], datetime],
        pauses: Pauses | None = None,
        on_outcome: Callable[[str, str], None] = lambda _kind, _outcome: None,
        on_set_back: Callable[[Connection, datetime], None] | None = None,
    ) -> None:
        """`on_set_back`: what follows from a clock that is set back; None: all work is looked at, and no more."""
        self._database = database
        self._groups = groups
        self._clock = clock
        self._pauses = pauses or Pauses()
        self._on_outcome = on_outcome
        self._on_set_back = on_set_back or partial(work.bring_forward, lease=LEASE)
        self._holder = f"{uuid.uuid4()}"
        self._wakers = {group.name: threading.Event() for group in groups}
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._latest = clock()
        self._running: dict[tuple[str, str], work.Claim] = {}
        self._idle = threading.Condition()
        """Guards `_running`; told when a step has ended."""

    def start(self) -> None:
        """Begin."""
        for group in self._groups:
            self._spawn(f"control-{group.name}", partial(self._dispatch, group))
        self._spawn("control-leases", self._keep_leases)

    def _spawn(self, name: str, target: Callable[[], None]) -> None:
        thread = threading.Thread(target=target, name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def wake(self) -> None:
        """Something was scheduled: look now."""
        for waker in self._wakers.values():
            waker.set()

    def stop(self, timeout: float = 10.0) -> bool:
        """Take up no more work and wait for what is under way, at most `timeout` seconds; whether all of it ended.

        What goes on longer, a backup of many hours, is cut off with the process: the next one takes it up again.
        """
        self._stopping.set()
        self.wake()
        deadline = time.monotonic() + timeout
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        with self._idle:
            return self._idle.wait_for(lambda: not self._running, max(0.0, deadline - time.monotonic()))

    def run_due(self, *, limit: int = 1000) -> int:
        """Do in this thread all that is due now, and what that makes due; how many steps. For tests and tools."""
        done = 0
        self._mind_the_clock()
        while done < limit:
            before = done
            for group in self._groups:
                for claim in self._claim(group, 1):
                    self._do(group, claim)
                    done += 1
            if done == before:
                break
        return done

    def _mind_the_clock(self) -> None:
        """Where the clock was set back, look at everything: what was to come in a minute must not wait for a day."""
        now = self._clock()
        with self._idle:
            set_back, self._latest = now < self._latest - SET_BACK, now
        if set_back:
            log.warning("clock-set-back", now=now.isoformat())
            with self._database.write() as connection:
                self._on_set_back(connection, now)

    def _claim(self, group: Group, limit: int) -> list[work.Claim]:
        with self._database.write() as connection:
            claims = work.claim(
                connection, list(group.steps), self._holder, now=self._clock(), lease=LEASE, limit=limit
            )
        with self._idle:
            self._running.update({(claim.kind, claim.resource_id): claim for claim in claims})
        return claims

    def _dispatch(self, group: Group) -> None:
        waker, slots = self._wakers[group.name], threading.Semaphore(group.threads)
        while not self._stopping.is_set():
            waker.clear()
            pause = POLL.total_seconds()
            try:
                pause = self._hand_out(group, slots, waker)
            except SQLAlchemyError as error:
                log.warning("database-unavailable", group=group.name, error=str(error))
            except Exception:  # a look that fails must not be the last: nothing else would do this group's work
                log.exception("look-failed", group=group.name)
            waker.wait(pause)

    def _hand_out(self, group: Group, slots: threading.Semaphore, waker: threading.Event) -> float:
        """Give due rows to free threads; returns the seconds until to look again."""
        kinds = list(group.steps)
        self._mind_the_clock()
        while not self._stopping.is_set():
            with self._database.read() as connection:
                due = work.next_due_at(connection, kinds, now=self._clock())
            if due is None:
                return POLL.total_seconds()
            if (wait := (due - self._clock()).total_seconds()) > 0:
                return min(wait, POLL.total_seconds())
            if not slots.acquire(blocking=False):
                # A thread that becomes free sets the waker.
                return POLL.total_seconds()
            claims = self._claim(group, 1)
            if not claims:
                slots.release()
                continue

            def run(claim: work.Claim = claims[0]) -> None:
                try:
                    self._do(group, claim)
                finally:
                    slots.release()
                    waker.set()

            try:
                # A daemon: a step of many hours must not hold up the end of the process.
                threading.Thread(target=run, name=f"control-{group.name}-step", daemon=True).start()
            except RuntimeError:  # no thread to be had: the row is taken up again when its lease is over
                self._let_go(claims[0])
                slots.release()
                raise
        return 0.0

    def _do(self, group: Group, claim: work.Claim) -> None:
        held = Held(self._database, claim, self._clock)
        context = {"kind": claim.kind, "id": claim.resource_id}
        try:
            next_due_at = group.steps[claim.kind](claim.resource_id, held)
            with self._database.write() as connection:
                work.finish(connection, claim, next_due_at)
            self._on_outcome(claim.kind, "done")
        except LeaseLostError:
            log.warning("lease-lost", **context)
            self._on_outcome(claim.kind, "lease-lost")
        except RetryLater as later:
            log.info("retry-later", reason=later.reason, error=str(later), attempts=claim.attempts + 1, **context)
            self._on_outcome(claim.kind, later.reason)
            self._give_back(claim, str(later))
        except DatabaseUnavailableError as away:
            # Whatever the step did is found by the next one, which does the rest.
            log.warning("database-unavailable", error=str(away), **context)
            self._on_outcome(claim.kind, "database")
            self._give_back(claim, str(away))
        except Exception as error:  # one broken resource must not stop the others
            log.exception("step-failed", **context)
            self._on_outcome(claim.kind, "fault")
            self._give_back(claim, f"{type(error).__name__}: {error}")
        finally:
            self._let_go(claim)

    def _let_go(self, claim: work.Claim) -> None:
        """Keep its lease no longer."""
        with self._idle:
            # A step that outlived its lease may end while its successor runs: that one's lease is kept.
            if self._running.get((claim.kind, claim.resource_id)) is claim:
                del self._running[claim.kind, claim.resource_id]
            self._idle.notify_all()

    def _give_back(self, claim: work.Claim, error: str) -> None:
        try:
            with self._database.write() as connection:
                due_at = self._clock() + self._pauses.after(claim.attempts)
                work.retry(connection, claim, due_at=due_at, error=error)
        except SQLAlchemyError as fault:
            # The lease runs out by itself, and the row is taken up again.
            log.warning("database-unavailable", kind=claim.kind, id=claim.resource_id, error=str(fault))

    def _keep_leases(self) -> None:
        while not self._stopping.wait(LEASE.total_seconds() / 3):
            with self._idle:
                claims = list(self._running.values())
            try:
                for claim in claims:
                    with self._database.write() as connection:
                        work.renew(connection, claim, until=self._clock() + LEASE)
            except SQLAlchemyError as error:
                log.warning("database-unavailable", error=str(error))
            except Exception:  # nobody else keeps leases
                log.exception("leases-not-kept")
