"""Sessions whose processes ended by themselves, and processes that no session speaks for."""

import threading
from collections.abc import Callable
from datetime import timedelta

import structlog

from greenroom.control.sessions import WORK
from greenroom.control.world import GREENROOM, World
from greenroom.engines.base import EngineError
from greenroom.store import sessions, work
from greenroom.studio.sessions import lost
from greenroom.studio.status import SessionState as State

log = structlog.get_logger("greenroom.control")

INTERVAL = timedelta(seconds=2)

_AT_REST = frozenset({State.STOPPED, State.DELETED, State.CREATE_FAILED, State.START_FAILED})


class Watch:
    """Compares what the engine runs with what the records say, every `INTERVAL`."""

    def __init__(self, world: World, wake: Callable[[], None]) -> None:
        self._world = world
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
        # The records are read before the engine: what became READY in between is running, not lost.
        with self._world.database.read() as connection:
            ready = sessions.ids_in(connection, [State.READY])
        running = {found.session_id for found in self._world.engine.running()}
        for session_id in ready:
            if session_id not in running:
                self._report_lost(session_id)
        if strangers := running - set(ready):
            self._end_strangers(strangers)

    def _report_lost(self, session_id: str) -> None:
        world = self._world
        if world.engine.is_running(session_id):
            return
        with world.database.write() as connection:
            before = sessions.get(connection, session_id, for_update=True)
            if before is None or before.state is not State.READY or world.engine.is_running(session_id):
                return
            now = world.clock()
            sessions.save(connection, before, lost(before, by=GREENROOM, now=now))
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
