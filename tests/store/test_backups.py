"""The listing of backups, on both databases: newest first, whole, and right while backups come and go."""

from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.records import BACKUP_CODES, OWNER, STUDIO_ID, make_backup, make_session
from tests.support import START

from greenroom.store import backups, sessions
from greenroom.store.backups import ListedBackup
from greenroom.store.database import Database
from greenroom.store.pages import Position
from greenroom.studio import backups as rules
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.ids import new_studio_id
from greenroom.studio.status import SessionState as State

SECOND = timedelta(seconds=1)


def insert(database: Database, *made: StreamingSessionBackup) -> None:
    with database.write() as connection:
        for backup in made:
            backups.insert(connection, backup)


def pages(
    database: Database,
    studio_id: str = STUDIO_ID,
    *,
    owned_by: str | None = None,
    limit: int = 3,
    between: Callable[[], None] = lambda: None,
) -> Iterator[list[ListedBackup]]:
    """The pages of a listing, one after another, as a client asks for them; `between` happens after each."""
    after = None
    while True:
        with database.read() as connection:
            page = backups.page(connection, studio_id, owned_by=owned_by, after=after, limit=limit)
        yield page
        if len(page) < limit:
            return
        end = Position(page[-1].created_at, page[-1].backup_id)
        assert after is None or end < after, "a listing gets on"
        after = end
        between()


def ids(listed: Iterable[ListedBackup | StreamingSessionBackup]) -> list[str]:
    return [backup.backup_id for backup in listed]


def shown(backup: StreamingSessionBackup) -> ListedBackup:
    """The backup as a listing shows it."""
    return ListedBackup._make(getattr(backup, member) for member in ListedBackup._fields)


def listing(database: Database, studio_id: str = STUDIO_ID, *, owned_by: str | None = None) -> list[str]:
    return [backup_id for page in pages(database, studio_id, owned_by=owned_by) for backup_id in ids(page)]


def test_the_newest_is_listed_first(database: Database) -> None:
    made = [make_backup(created_at=START + number * SECOND) for number in (2, 0, 3, 1)]
    insert(database, *made)
    newest_first = sorted(made, key=rules.order, reverse=True)
    assert listing(database) == ids(newest_first)


def test_backups_of_one_moment_are_listed_each_once_in_an_order_of_their_own(database: Database) -> None:
    made = [make_backup(created_at=START) for _ in range(10)]
    insert(database, *made)
    assert listing(database) == sorted(ids(made), reverse=True)


def test_a_moment_is_told_from_the_next_microsecond(database: Database) -> None:
    made = [make_backup(created_at=START + number * timedelta(microseconds=1)) for number in range(4)]
    insert(database, *made)
    assert listing(database) == ids(reversed(made))


@pytest.mark.parametrize("state", BACKUP_CODES)
def test_only_deleted_ones_are_not_listed(database: Database, state: State) -> None:
    backup = make_backup(state=state)
    insert(database, backup)
    assert listing(database) == ([] if state is State.DELETED else [backup.backup_id])


def test_a_deleted_one_can_still_be_got(database: Database) -> None:
    backup = make_backup(state=State.DELETED, deleted_at=START)
    insert(database, backup)
    with database.read() as connection:
        assert backups.get(connection, backup.backup_id) == backup


def test_a_page_holds_as_many_as_asked_for_and_a_hundred_by_default(database: Database) -> None:
    insert(database, *(make_backup(created_at=START + number * SECOND) for number in range(101)))
    with database.read() as connection:
        assert len(backups.page(connection, STUDIO_ID)) == 100
        assert len(backups.page(connection, STUDIO_ID, limit=7)) == 7


def test_the_owner_filter_shows_that_owners_backups(database: Database) -> None:
    mine = [make_backup(created_at=START + number * SECOND) for number in range(4)]
    insert(database, *mine, *(make_backup(owned_by="somebody else") for _ in range(4)))
    assert listing(database, owned_by=OWNER) == ids(reversed(mine))
    assert listing(database, owned_by="nobody") == []


def test_a_studio_lists_its_own_backups_only(database: Database) -> None:
    other = new_studio_id("us-west-2")
    insert(database, make_backup(), theirs := make_backup(studio_id=other))
    assert listing(database, other) == [theirs.backup_id]


class History:
    """One studio's backups while they are made, proven, rotated and removed; time may stand still meanwhile."""

    OWNERS = ("ada", "grace")

    def __init__(self, database: Database) -> None:
        self.database = database
        self.studio_id = new_studio_id("us-west-2")
        self.now = START
        self.version = 0
        self.records: dict[str, StreamingSessionBackup] = {}

    def create(self, number: int) -> None:
        """Another backup, at the same moment as the last one where `number` is even."""
        self.now += number % 2 * timedelta(microseconds=1)
        backup = make_backup(
            studio_id=self.studio_id,
            owned_by=self.OWNERS[number // 2 % 2],
            state=State.CREATE_IN_PROGRESS,
            created_at=self.now,
        )
        insert(self.database, backup)
        self.records[backup.backup_id] = backup

    def finish(self, number: int) -> None:
        self._change(number, State.CREATE_IN_PROGRESS, lambda backup: rules.proven(backup, self.now))

    def fail(self, number: int) -> None:
        self._change(number, State.CREATE_IN_PROGRESS, lambda backup: rules.broken(backup, "The vault is full."))

    def rotate(self, number: int) -> None:
        self._change(number, State.READY, lambda backup: rules.begin_delete(backup, "Rotated."))

    def remove(self, number: int) -> None:
        self._change(number, State.DELETE_IN_PROGRESS, lambda backup: rules.deleted(backup, self.now))

    def _change(
        self, number: int, state: State, change: Callable[[StreamingSessionBackup], StreamingSessionBackup]
    ) -> None:
        """Change one of those in that state, if there is any."""
        candidates = [backup for backup in self.records.values() if backup.state is state]
        if candidates:
            before = candidates[number % len(candidates)]
            after = change(before)
            with self.database.write() as connection:
                backups.save(connection, before, after)
            self.records[after.backup_id] = after

    def act(self, actions: Iterable[tuple[str, int]]) -> None:
        for name, number in actions:
            before = dict(self.records)
            getattr(self, name)(number)
            if self.records != before:
                self.note_version()

    def note_version(self) -> None:
        with self.database.read() as connection:
            version = backups.listing_version(connection, self.studio_id)
        assert version > self.version, "a listing never changes under one version"
        self.version = version

    def listed(self, owned_by: str | None) -> set[str]:
        return {
            backup.backup_id
            for backup in self.records.values()
            if backup.state is not State.DELETED and owned_by in (None, backup.owned_by)
        }


ACTIONS = st.lists(
    st.tuples(st.sampled_from(["create", "finish", "fail", "rotate", "remove"]), st.integers(0, 9)), max_size=8
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(
    before=st.lists(st.tuples(st.just("create"), st.integers(0, 9)), max_size=12),
    history=ACTIONS,
    meanwhile=st.lists(ACTIONS, max_size=5),
    owned_by=st.sampled_from([None, *History.OWNERS]),
    limit=st.integers(1, 4),
)
def test_a_listing_stays_right_while_backups_come_and_go(
    database: Database,
    before: list[tuple[str, int]],
    history: list[tuple[str, int]],
    meanwhile: list[list[tuple[str, int]]],
    owned_by: str | None,
    limit: int,
) -> None:
    studio = History(database)
    studio.act(before)
    studio.act(history)
    at_the_start = studio.listed(owned_by)
    events = iter(meanwhile)
    seen: list[ListedBackup] = []
    for page in pages(
        database, studio.studio_id, owned_by=owned_by, limit=limit, between=lambda: studio.act(next(events, ()))
    ):
        assert page == [shown(studio.records[backup_id]) for backup_id in ids(page)], "each as it is at that moment"
        assert all(backup.state != State.DELETED for backup in page)
        assert all(owned_by in (None, backup.owned_by) for backup in page)
        seen += page
    positions = [(backup.created_at, backup.backup_id) for backup in seen]
    assert positions == sorted(set(positions), reverse=True), "newest first, none twice"
    assert at_the_start & studio.listed(owned_by) <= set(ids(seen)), "none missed that was there all along"


def test_a_change_in_one_studio_leaves_the_others_listing_versions(database: Database) -> None:
    insert(database, make_backup())
    with database.read() as connection:
        before = backups.listing_version(connection, STUDIO_ID)
    insert(database, make_backup(studio_id="us-west-2:stid-0000000000000000"))
    with database.read() as connection:
        assert backups.listing_version(connection, STUDIO_ID) == before


def test_a_sessions_backups_come_oldest_first_without_deleted_ones(database: Database) -> None:
    session = make_session()
    made = [make_backup(session, created_at=START + number * SECOND) for number in (1, 0, 2)]
    gone = make_backup(session, state=State.DELETED, deleted_at=START)
    insert(database, *made, gone, make_backup())
    with database.read() as connection:
        assert backups.of_session(connection, session.session_id) == sorted(made, key=rules.order)


def test_snapshots_are_known_from_when_they_are_about_to_be_made(database: Database) -> None:
    about_to = make_backup(state=State.CREATE_IN_PROGRESS)
    kept = make_backup(snapshot_at=START)
    dropped = make_backup(snapshot_at=None)
    insert(database, about_to, kept, dropped)
    with database.read() as connection:
        assert backups.snapshot_ids(connection) == {about_to.backup_id, kept.backup_id}


def test_backups_outlive_their_session_until_its_time_is_over(database: Database) -> None:
    made = []
    for number, moment in enumerate([START - SECOND, START], start=1):
        session = make_session(state=State.DELETED, updated_at=moment, number=number)
        with database.write() as connection:
            sessions.insert(connection, session)
        made.append(make_backup(session))
    insert(database, *made)
    with database.read() as connection:
        assert backups.of_sessions_deleted_before(connection, START) == [made[0].backup_id]


def test_deleted_backups_are_purged_when_their_time_is_over(database: Database) -> None:
    old = make_backup(state=State.DELETED, deleted_at=START - SECOND)
    young = make_backup(state=State.DELETED, deleted_at=START)
    ready = make_backup()
    insert(database, old, young, ready)
    with database.write() as connection:
        assert backups.purge_deleted(connection, START) == 1
        assert [backups.get(connection, b.backup_id) for b in (old, young, ready)] == [None, young, ready]
