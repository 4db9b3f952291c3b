"""Keeping the records in the vault, beside the backups that they speak of: `greenroom recover` needs nothing else."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from greenroom.control.loop import Held, RetryLater
from greenroom.store import portable
from greenroom.store.database import Database
from greenroom.vaults.base import Vault, VaultError

log = structlog.get_logger("greenroom.control")

WORK = "records"
RESOURCE = "house"
"""There is one."""
SHARE = 50
"""A look that took so long is followed by a pause so many times longer: a large house must not do nothing else."""


class RecordsSteps:
    """One look: where anything has changed since the last, the records go into the vault; due again `interval` later.

    Backups made since are found by their own labels. A process's first look always writes: what an earlier process
    wrote may not have arrived.
    """

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime],
        *,
        interval: timedelta,
        region: str,
        account_id: str,
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._interval = interval
        self._region = region
        self._account_id = account_id
        self._kept = b""
        self._looking = timedelta(0)

    def __call__(self, _resource_id: str, _held: Held) -> datetime | None:
        if not self._interval:
            return None
        try:
            self.keep()
        except VaultError as error:
            raise RetryLater(str(error), reason=error.reason) from error
        return self._clock() + max(self._interval, self._looking * SHARE)

    def keep(self) -> bool:
        """Put the records into the vault where they differ from what this object put there last; whether they did.

        Raises VaultError, DatabaseUnavailableError.
        """
        began = time.monotonic()
        with self._database.read() as connection:
            found = portable.take(connection, now=self._clock(), region=self._region, account_id=self._account_id)
        mark = found.mark()
        self._looking = timedelta(seconds=time.monotonic() - began)
        if mark == self._kept:
            return False
        document = found.encoded()
        self._vault.keep_records(document, found.studio_id)
        self._kept = mark
        log.info("records-kept", bytes=len(document))
        return True
