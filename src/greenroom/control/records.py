"""Keeping the records in the vault, beside the backups that they speak of: `greenroom recover` needs nothing else."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from greenroom.control.loop import Held, RetryLater
from greenroom.control.studio_vaults import StudioVaults
from greenroom.store import portable
from greenroom.store.database import Database
from greenroom.store.studio_portable import further_studios, of_studio
from greenroom.vaults.base import VaultError

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
        vaults: StudioVaults,
        clock: Callable[[], datetime],
        *,
        interval: timedelta,
        region: str,
        account_id: str,
    ) -> None:
        self._database = database
        self._vaults = vaults
        self._clock = clock
        self._interval = interval
        self._region = region
        self._account_id = account_id
        self._kept: dict[str, bytes] = {}
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
        """Put the records into the vaults where they differ from what this object put there last; whether they did.

        The vault itself gets those of the whole house; each further studio's repository those of that studio, so that
        whoever reads it learns of no other. One that takes none keeps no other from getting its own.
        Raises VaultError, DatabaseUnavailableError.
        """
        began = time.monotonic()
        with self._database.read() as connection:
            found = portable.take(connection, now=self._clock(), region=self._region, account_id=self._account_id)
        documents = {"": found, **{studio_id: of_studio(found, studio_id) for studio_id in further_studios(found)}}
        marks = {studio_id: document.mark() for studio_id, document in documents.items()}
        self._looking = timedelta(seconds=time.monotonic() - began)
        changed = [studio_id for studio_id, mark in marks.items() if self._kept.get(studio_id) != mark]
        failure: VaultError | None = None
        for studio_id in changed:
            try:
                self._put(studio_id, documents[studio_id])
            except VaultError as error:
                failure = failure or error
            else:
                self._kept[studio_id] = marks[studio_id]
        if failure is not None:
            raise failure
        return bool(changed)

    def _put(self, studio_id: str, document: portable.Document) -> None:
        vault = self._vaults.opened(studio_id) if studio_id else self._vaults.founding
        encoded = document.encoded()
        vault.keep_records(encoded, document.studio_id)
        log.info("records-kept", bytes=len(encoded), vault=vault.name)
