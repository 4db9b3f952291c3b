"""Copies follow: what the vault has got goes into each further vault, as soon as that can be reached."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from greenroom.control.loop import Held, RetryLater
from greenroom.store import backups
from greenroom.store.database import Database
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

    A process's first look always copies; restic passes over what is there.
    """

    def __init__(
        self, database: Database, vault: ResticVault, copies: Sequence[ResticVault], clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._vault = vault
        self._copies = {resource(copy): copy for copy in copies}
        self._clock = clock
        self._seen: dict[str, int] = {}

    def __call__(self, resource_id: str, _held: Held) -> datetime | None:
        copy = self._copies.get(resource_id)
        if copy is None:
            return None  # no longer in the settings
        with self._database.read() as connection:
            mark = backups.listings_version(connection)
        if self._seen.get(resource_id) != mark:
            try:
                copy.copy_from(self._vault)
            except VaultError as error:
                raise RetryLater(str(error), reason=error.reason) from error
            self._seen[resource_id] = mark
            log.info("copied", vault=copy.name)
        return self._clock() + INTERVAL
