"""Copies follow: what the vault has goes into each further vault as soon as that can be reached, and what went goes."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from greenroom.control.loop import Held, RetryLater
from greenroom.store import backups, copies, events
from greenroom.store.database import Database
from greenroom.studio.copies import CopyState, copied, failing
from greenroom.studio.events import COPY_BACK, COPY_FAILED, StudioEvent
from greenroom.vaults.base import VaultError
from greenroom.vaults.restic import ResticVault

log = structlog.get_logger("greenroom.control")

WORK = "copy"
INTERVAL = timedelta(minutes=1)
"""How long a new backup waits at most until its copy is begun."""


def resource(copy: ResticVault) -> str:
    """What the work on a copy is called: its name, which has no password."""
    return copy.name[:255]


class CopySteps:
    """One look at one copy: where backups changed since its last, it follows; due again a minute later.

    READY backups are copied. What rotation, or its session's end, took from the vault goes from the copy too, but only
    what this house once copied there: a vault that lost its backups, or records that were lost, cost no copy. A
    process's first look always copies; what is there is passed over.
    """

    def __init__(
        self, database: Database, vault: ResticVault, copies: Sequence[ResticVault], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._vault = vault
        self._copies = {resource(copy): copy for copy in copies}
        self._clock = clock
        self._seen: dict[str, int] = {}

    def __call__(self, resource_id: str, held: Held) -> datetime | None:
        copy = self._copies.get(resource_id)
        if copy is None:
            return None  # no longer in the settings
        with self._database.read() as connection:
            mark = backups.listings_version(connection)
            outlived = copies.outlived(connection, resource_id)
            ready = backups.ready_ids(connection) if self._seen.get(resource_id) != mark else None
        if ready is None and not outlived:
            return self._clock() + INTERVAL
        try:
            self._follow(copy, resource_id, ready, outlived, held)
        except VaultError as error:
            self._note(resource_id, held, str(error))
            raise RetryLater(str(error), reason=error.reason) from error
        self._note(resource_id, held, None)
        if ready is not None:
            self._seen[resource_id] = mark
        log.info("copied", vault=copy.name)
        return self._clock() + INTERVAL

    def _follow(
        self, copy: ResticVault, resource_id: str, ready: set[str] | None, outlived: set[str], held: Held
    ) -> None:
        if ready is not None:
            came = copy.copy_from(self._vault, ready)
            with held.write() as connection:
                copies.add(connection, resource_id, came.here, self._clock())
            if came.problems:
                more = f" {len(came.problems) - 1} more could not be copied either." if len(came.problems) > 1 else ""
                raise VaultError(f"{came.problems[0]} All others were copied.{more}", reason="copy")
        if outlived:
            copy.forget_all(outlived)
            with held.write() as connection:
                copies.remove(connection, resource_id, outlived)

    def _note(self, resource_id: str, held: Held, problem: str | None) -> None:
        """Write down how the copy fares, and tell once that it fails and once that it does no longer."""
        now = self._clock()
        with held.write() as connection:
            before = copies.state(connection, resource_id)
            after = copied(before, resource_id, now) if problem is None else failing(before, resource_id, problem, now)
            copies.put_state(connection, after)
            if _fails(before) is not _fails(after):
                kind = COPY_FAILED if problem else COPY_BACK
                told = f"{resource_id}: {problem}" if problem else resource_id
                events.record(connection, StudioEvent(type=kind, message=told[:1024]))


def _fails(state: CopyState | None) -> bool:
    return state is not None and state.failing_since is not None
