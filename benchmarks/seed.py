"""Fill a founded data directory with backup records: `python -m benchmarks.seed --data DIR --backups N --owners M`.

N READY backups spread evenly over M owners and the last 30 days, five a session, without volumes or vault: for
measuring listings. The first owner is the studio's administrator. Run twice, it adds.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from greenroom.server.house import House, open_house
from greenroom.server.settings import Settings
from greenroom.store import launch_profiles, studios
from greenroom.store.database import Database
from greenroom.store.records import to_row
from greenroom.store.tables import streaming_session_backups
from greenroom.studio.backups import Cause, StreamingSessionBackup
from greenroom.studio.ids import new_id, new_principal_id
from greenroom.studio.status import SessionState, SessionStatusCode

BATCH = 20_000
BACKUPS_A_SESSION = 5
SPAN = timedelta(days=30)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--backups", type=int, required=True)
    parser.add_argument("--owners", type=int, default=1)
    arguments = parser.parse_args()
    with open_house(Settings.load(arguments.data)) as house:
        started = time.perf_counter()
        seed(house, arguments.backups, arguments.owners)
        seconds = time.perf_counter() - started
    print(f"{arguments.backups} backups of {arguments.owners} owners in {seconds:.1f} s", file=sys.stderr)


def seed(house: House, backups: int, owners: int) -> None:
    """Add the records."""
    with house.database.read() as connection:
        studio = studios.every(connection)[0]
        administrator = studios.user_named(connection, "admin")
        profile = launch_profiles.page(connection, studio.studio_id, limit=1)[0]
    assert administrator is not None
    names = [administrator.principal_id, *(new_principal_id() for _ in range(owners - 1))]
    rows = _rows(studio.studio_id, profile.launch_profile_id, names, backups)
    while batch := list(islice(rows, BATCH)):
        _insert(house.database, batch)
    with house.database.engine.connect() as connection:
        connection.exec_driver_sql("ANALYZE")
        connection.commit()


def _rows(studio_id: str, launch_profile_id: str, owners: list[str], count: int) -> Iterator[dict[str, Any]]:
    now = datetime.now(UTC)
    sessions: dict[int, str] = {}
    for number in range(count):
        owner = number % len(owners)
        if (number // len(owners)) % BACKUPS_A_SESSION == 0:
            sessions[owner] = new_id()
        created_at = now - SPAN * ((count - number) / count)
        backup = StreamingSessionBackup(
            backup_id=new_id(),
            studio_id=studio_id,
            session_id=sessions[owner],
            launch_profile_id=launch_profile_id,
            owned_by=owners[owner],
            created_at=created_at,
            state=SessionState.READY,
            status_code=SessionStatusCode.READY,
            cause=Cause.STOP,
            vault_snapshot="0" * 64,
            files=1000,
            size_bytes=1_000_000_000,
            added_bytes=10_000_000,
            verified_at=created_at,
        )
        yield to_row(backup, streaming_session_backups)


def _insert(database: Database, rows: list[dict[str, Any]]) -> None:
    with database.write() as connection:
        connection.execute(streaming_session_backups.insert(), rows)


if __name__ == "__main__":
    main()
