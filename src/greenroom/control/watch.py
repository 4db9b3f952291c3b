"""Sessions whose processes ended by themselves, and processes that no session speaks for."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import structlog

from greenroom.control.sessions import WORK
from greenroom.control.world import GREENROOM, World
from greenroom.engines.base import EngineError
from greenroom.store import sessions, work
from greenroom.studio.sessions import lost
from greenroom.studio.status import SessionState as State

log = structlog.get_logger("greenroom.control")

INTERVAL = timedelta(seconds=2)
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Linux makes up another one at every start."""

_AT_REST = frozenset({State.STOPPED, State.DELETED, State.CREATE_FAILED, State.START_FAILED})


class Boot:
    """Which start of the machine this is, against the one that a file remembers."""

    def __init__(self, file: Path, boot_id_file: Path = BOOT_ID) -> None:
        self._file = file
        self._boot_id = boot_id_file.read_text(encoding="ascii").strip()
        known = file.read_text(encoding="ascii") if file.exists() else self._boot_id
        self.is_new = known != self._boot_id
        """Whether the machine was started since the file was written; not where there was none."""
        if not file.exists():
            self.note()

    def note(self) -> None:
        """Have the file remember this one."""
        beside = self._file.with_suffix(".new")
        beside.write_text(self._boot_id, encoding="ascii")
        beside.replace(self._file)
        self.is_new = False


class Watch:
    """Compares what the engine runs with what the records say, every `INTERVAL`."""

    def __init__(self, world: World, wake: Callable[[], None], *, boot: "Boot | None" = None) -> None:
        """`boot`: which of the machine's starts the last look was in; None: nobody knows, or cares."""
        self._world = world
        self._boot = boot
        self._wake = wake
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go, name="control-watch", daemon=True)

    def start(self) -> None:
        """Begin; the first look is at once, for what happened while no server ran."""
        self._thread.start()

    def stop(self) -> None:
        """End."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(30)

    def _go(self) -> None:
        while not self._stopping.is_set():
            try:
                self.look()
            except Exception:  # a look that fails must not be the last
                log.exception("watch-failed")
            self._stopping.wait(INTERVAL.total_seconds())

    def look(self) -> None:
        """One comparison."""
        run_again = self._boot is not None and self._boot.is_new and self._world.run_again_after_reboot
        # The records are read before the engine: what became READY in between is running, not lost.
        with self._world.database.read() as connection:
            ready = sessions.ids_in(connection, [State.READY])
        running = {found.session_id for found in self._world.engine.running()}
        for session_id in ready:
            if session_id not in running:
                self._report_lost(session_id, run_again=run_again)
        if self._boot is not None and self._boot.is_new:
            # Only now: a server that dies before this leaves the rest of them to the next one.
            self._boot.note()
        if strangers := running - set(ready):
            self._end_strangers(strangers)

    def _report_lost(self, session_id: str, *, run_again: bool) -> None:
        world = self._world
        if world.engine.is_running(session_id):
            return
        with world.database.write() as connection:
            before = sessions.get(connection, session_id, for_update=True)
            if before is None or before.state is not State.READY or world.engine.is_running(session_id):
                return
            now = world.clock()
            sessions.save(connection, before, lost(before, by=GREENROOM, now=now, run_again=run_again))
            work.schedule(connection, WORK, session_id, now)
        log.warning("session-lost", id=session_id)
        self._wake()

    def _end_strangers(self, session_ids: set[str]) -> None:
        """What runs without a record that wants it, after a crash between the two, ends."""
        for session_id in session_ids:
            with self._world.database.read() as connection:
                session = sessions.get(connection, session_id)
            if session is None or session.state in _AT_REST:
                log.warning("stray-session", id=session_id, state=session.state if session else None)
                try:
                    self._world.engine.stop(session_id, 0)
                except EngineError as error:
                    log.warning("stray-session-not-ended", id=session_id, error=str(error))
