"""What follows from a clock that was set back: nothing waits for the time that it showed before."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from greenroom.control.loop import LEASE, SET_BACK
from greenroom.control.verification import doubt
from greenroom.store import events, moments, work
from greenroom.studio.events import VAULT_DAMAGED

log = structlog.get_logger("greenroom.control")


def since_the_records(connection: Connection, now: datetime) -> timedelta:
    """How far the clock is behind what the records speak of; zero where it is not, or by so little as clocks differ."""
    newest = moments.newest(connection)
    return newest - now if newest is not None and newest - now > SET_BACK else timedelta()


def mind_at_start(connection: Connection, now: datetime) -> None:
    """Act where the clock was set back while no server ran."""
    if by := since_the_records(connection, now):
        log.warning("clock-set-back", now=now.isoformat(), behind_the_records=str(by))
        act(connection, now)


def act(connection: Connection, now: datetime) -> None:
    """Have all that is to be looked at later looked at now, and what was in doubt doubted by the clock as it is.

    Each thing then says by itself when it is due: its record holds how often, or how long, it is to be.
    """
    work.bring_forward(connection, now, lease=LEASE)
    doubted_at = events.newest_at(connection, VAULT_DAMAGED)
    if doubted_at is not None and doubted_at > now:
        doubt(connection, "The clock was set back: what was in doubt by the other one is read back again.", now)
