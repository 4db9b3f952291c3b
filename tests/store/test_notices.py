"""How far targets of notices have come, and that what happens has them looked at."""

from tests.support import START, Clock

from greenroom.store import events, notices, work
from greenroom.store.database import Database
from greenroom.studio.events import StudioEvent

BACK = StudioEvent(type="vault.back")


def happen(database: Database) -> int:
    with database.write() as connection:
        events.record(connection, BACK)
    with database.read() as connection:
        return events.bounds(connection)[1]


def cursor(database: Database, target: str = "mail") -> notices.Cursor | None:
    with database.read() as connection:
        return notices.cursor(connection, target)


def keep(database: Database, *targets: str) -> None:
    with database.write() as connection:
        notices.keep_targets(connection, targets)


def test_a_new_target_begins_with_what_happens_from_now_on(database: Database) -> None:
    newest = happen(database)
    keep(database, "mail")
    assert cursor(database) == notices.Cursor(target="mail", event_id=newest)
    happen(database)
    keep(database, "mail")
    assert cursor(database) == notices.Cursor(target="mail", event_id=newest)


def test_a_target_that_is_gone_leaves_neither_cursor_nor_work(database: Database) -> None:
    keep(database, "mail", "webhook ops")
    happen(database)
    keep(database, "webhook ops")
    with database.write() as connection:
        assert [each.target for each in notices.all_cursors(connection)] == ["webhook ops"]
        claims = work.claim(
            connection, [work.NOTICE], "x", now=database.clock(), lease=work.timedelta(seconds=30), limit=9
        )
    assert [claim.resource_id for claim in claims] == ["webhook ops"]


def test_a_failure_is_kept_until_the_target_is_told(database: Database, clock: Clock) -> None:
    keep(database, "mail")
    with database.write() as connection:
        notices.hold(connection, "mail", failures=3, not_before=clock(), error="away")
    held = cursor(database)
    assert held is not None
    assert (held.failures, held.not_before, held.last_error) == (3, START, "away")
    with database.write() as connection:
        notices.advance(connection, "mail", 7)
    assert cursor(database) == notices.Cursor(target="mail", event_id=7)
