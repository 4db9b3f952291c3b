"""Copies follow: what the vault has goes into each further vault as soon as that can be reached, and what went goes."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import structlog

from greenroom.control.loop import Held, RetryLater
from greenroom.control.studio_vaults import StudioVaults
from greenroom.store import backups, copies, events, work
from greenroom.store.database import Database
from greenroom.studio.copies import CopyState, copied, failing
from greenroom.studio.events import COPY_BACK, COPY_FAILED, StudioEvent
from greenroom.vaults.base import VaultError
from greenroom.vaults.restic import ResticVault

log = structlog.get_logger("greenroom.control")

WORK = "copy"
_LONGEST = 255
"""Characters of an id."""
INTERVAL = timedelta(minutes=1)
"""How long a new backup waits at most until its copy is begun."""


def resource(copy: ResticVault) -> str:
    """What the work on a copy is called: its name, which has no password, and no other copy's."""
    if len(copy.name) <= _LONGEST:
        return copy.name
    return f"{copy.name[: _LONGEST - 17]} {hashlib.sha256(copy.name.encode()).hexdigest()[:16]}"


def copies_of(places: Sequence[StudioVaults]) -> Mapping[str, tuple[StudioVaults, str]]:
    """Every studio's copy in each of the places, by the name of its work: the place, and the folder in it."""
    return {resource(copy): (place, path) for place in places for path, copy in place.every().items()}


class CopySteps:
    """One look at one studio's copy: where backups changed since its last, it follows; due again a minute later.

    READY backups are copied. What rotation, or its session's end, took from the vault goes from the copy too, but only
    what this house once copied there: a vault that lost its backups, or records that were lost, cost no copy. A
    process's first look always copies; what is there is passed over.
    """

    def __init__(
        self,
        database: Database,
        vaults: StudioVaults,
        places: Sequence[StudioVaults],
        clock: Callable[[], datetime],
    ) -> None:
        """`places`: where copies are kept, each with a repository for each studio."""
        self._database = database
        self._vaults = vaults
        self._places = places
        self._clock = clock
        self._seen: dict[str, int] = {}
        self._known: frozenset[str] = frozenset()

    def __call__(self, resource_id: str, held: Held) -> datetime | None:
        found = copies_of(self._places)
        self._have_all_followed(frozenset(found), held)
        if resource_id not in found:
            return None  # no longer in the settings, or its studio's record is gone
        place, path = found[resource_id]
        with self._database.read() as connection:
            mark = backups.listings_version(connection, path)
            outlived = copies.outlived(connection, resource_id)
            ready = backups.ready_ids(connection, path) if self._seen.get(resource_id) != mark else None
        if ready is None and not outlived:
            return self._clock() + INTERVAL
        try:
            self._follow(place, path, ready, outlived, held)
        except VaultError as error:
            self._note(resource_id, path, held, str(error))
            raise RetryLater(str(error), reason=error.reason) from error
        self._note(resource_id, path, held, None)
        if ready is not None:
            self._seen[resource_id] = mark
        log.info("copied", vault=resource_id)
        return self._clock() + INTERVAL

    def _have_all_followed(self, names: frozenset[str], held: Held) -> None:
        """Studios come while the server runs: the work on their copies is made here."""
        if names != self._known:
            with held.write() as connection:
                for name in names - self._known:
                    work.ensure(connection, WORK, name, self._clock())
            self._known = names

    def _follow(self, place: StudioVaults, path: str, ready: set[str] | None, outlived: set[str], held: Held) -> None:
        source, copy = self._vaults.at(path), place.at(path)
        if ready is not None and (not path or source.exists()):
            if path and not copy.exists():
                # Where the place's own repository is gone, a disk is not mounted: nothing is begun beside it.
                place.founding.exists()
            came = copy.copy_from(source, ready)
            with held.write() as connection:
                copies.add(connection, resource(copy), came.here, self._clock())
            if came.problems:
                more = f" {len(came.problems) - 1} more could not be copied either." if len(came.problems) > 1 else ""
                raise VaultError(f"{came.problems[0]} All others were copied.{more}", reason="copy")
        if outlived:
            copy.forget_all(outlived)
            with held.write() as connection:
                copies.remove(connection, resource(copy), outlived)

    def _note(self, resource_id: str, path: str, held: Held, problem: str | None) -> None:
        """Write down how the copy fares, and tell once that it fails and once that it does no longer."""
        now = self._clock()
        with held.write() as connection:
            before = copies.state(connection, resource_id)
            after = (
                copied(before, resource_id, now, path)
                if problem is None
                else failing(before, resource_id, problem, now, path)
            )
            copies.put_state(connection, after)
            if _fails(before) is not _fails(after):
                kind = COPY_FAILED if problem else COPY_BACK
                told = f"{resource_id}: {problem}" if problem else resource_id
                events.record(connection, StudioEvent(type=kind, message=told[:1024]))


def _fails(state: CopyState | None) -> bool:
    return state is not None and state.failing_since is not None
