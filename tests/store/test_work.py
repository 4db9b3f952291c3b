"""Due work, on both databases: who may claim what, and whose outcome counts."""

import threading
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Row, select, text
from tests.postgresql import Cluster
from tests.support import START, Clock

from greenroom.store import tables, work
from greenroom.store.database import Database
from greenroom.studio.ids import new_id

LEASE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
LATER = START + timedelta(hours=1)


def schedule(database: Database, *resource_ids: str, due_at: datetime = START, kind: str = "session") -> None:
    with database.write() as connection:
        for resource_id in resource_ids:
            work.schedule(connection, kind, resource_id, due_at)


def claim(
    database: Database, holder: str = "worker", *, now: datetime = START, limit: int = 10, kind: str = "session"
) -> list[work.Claim]:
    with database.write() as connection:
        return work.claim(connection, [kind], holder, now=now, lease=LEASE, limit=limit)


def claim_one(database: Database, holder: str = "worker", *, now: datetime = START) -> work.Claim:
    (taken,) = claim(database, holder, now=now)
    return taken


def finish(database: Database, taken: work.Claim, next_due_at: datetime | None = None) -> None:
    with database.write() as connection:
        work.finish(connection, taken, next_due_at)


def retry(database: Database, taken: work.Claim, *, due_at: datetime = LATER, error: str = "vault is full") -> None:
    with database.write() as connection:
        work.retry(connection, taken, due_at=due_at, error=error)


def renew(database: Database, taken: work.Claim, *, until: datetime) -> bool:
    with database.write() as connection:
        return work.renew(connection, taken, until=until)


def holds(database: Database, taken: work.Claim) -> bool:
    with database.write() as connection:
        return work.holds(connection, taken)


def row(database: Database, resource_id: str = "a") -> Row[Any] | None:
    with database.read() as connection:
        return connection.execute(select(tables.work).where(tables.work.c.resource_id == resource_id)).first()


def ids(claims: Sequence[work.Claim]) -> list[str]:
    return [taken.resource_id for taken in claims]


def test_work_is_claimed_when_it_is_due_and_not_before(database: Database) -> None:
    schedule(database, "a", due_at=START + SECOND)
    assert claim(database, now=START) == []
    assert ids(claim(database, now=START + SECOND)) == ["a"]


def test_what_is_due_longest_is_claimed_first(database: Database) -> None:
    schedule(database, "b", due_at=START - SECOND)
    schedule(database, "c", due_at=START)
    schedule(database, "a", due_at=START - 2 * SECOND)
    assert ids(claim(database, limit=2)) == ["a", "b"]


def test_a_worker_claims_only_the_kinds_that_it_does(database: Database) -> None:
    schedule(database, "a", kind="backup")
    assert claim(database, kind="session") == []
    assert ids(claim(database, kind="backup")) == ["a"]


def test_what_one_worker_holds_no_other_can_claim(database: Database) -> None:
    schedule(database, "a")
    taken = claim_one(database, "first")
    assert claim(database, "second") == []
    assert holds(database, taken)


def test_a_lease_that_ran_out_is_taken_by_another_and_the_first_can_write_no_more(database: Database) -> None:
    schedule(database, "a")
    slept = claim_one(database, "first")
    awake = claim_one(database, "second", now=START + LEASE + SECOND)
    assert not holds(database, slept)
    assert not renew(database, slept, until=LATER)
    finish(database, slept)
    retry(database, slept)
    assert holds(database, awake)
    after = row(database)
    assert after is not None
    assert (after.due_at, after.attempts, after.last_error) == (START, 0, None)


def test_a_worker_that_claims_again_what_it_lost_has_one_claim_not_two(database: Database) -> None:
    schedule(database, "a")
    slept = claim_one(database, "same")
    awake = claim_one(database, "same", now=START + LEASE + SECOND)
    assert not holds(database, slept)
    assert holds(database, awake)


def test_a_lease_that_ran_out_but_that_nobody_took_is_still_its_holders(database: Database) -> None:
    schedule(database, "a")
    taken = claim_one(database)
    assert holds(database, taken)
    assert renew(database, taken, until=LATER + LEASE)
    assert claim(database, "other", now=LATER) == []


def test_finished_work_is_gone(database: Database) -> None:
    schedule(database, "a")
    finish(database, claim_one(database))
    assert row(database) is None


def test_finished_work_with_a_next_time_is_due_then(database: Database) -> None:
    schedule(database, "a")
    finish(database, claim_one(database), LATER)
    assert claim(database, now=LATER - SECOND) == []
    assert claim_one(database, now=LATER).attempts == 0


def test_failed_work_is_due_again_with_its_tries_counted_and_its_error_kept(database: Database) -> None:
    schedule(database, "a")
    retry(database, claim_one(database), due_at=START + SECOND)
    assert claim(database, now=START) == []
    second = claim_one(database, now=START + SECOND)
    assert second.attempts == 1
    retry(database, second, due_at=LATER)
    assert claim_one(database, now=LATER).attempts == 2
    failed = row(database)
    assert failed is not None
    assert failed.last_error == "vault is full"


def test_an_outcome_after_failures_starts_the_count_anew(database: Database) -> None:
    schedule(database, "a")
    retry(database, claim_one(database), due_at=START)
    finish(database, claim_one(database), LATER)
    done = row(database)
    assert done is not None
    assert (done.attempts, done.last_error) == (0, None)


def test_an_error_of_any_length_and_content_can_be_kept(database: Database) -> None:
    schedule(database, "a")
    retry(database, claim_one(database), error="\0broken" + "é" * 5000)
    failed = row(database)
    assert failed is not None
    assert failed.last_error.startswith("brokené")
    assert len(failed.last_error) <= 1024


@pytest.mark.parametrize("wanted", [START - SECOND, START + 5 * SECOND], ids=["sooner", "later"])
@pytest.mark.parametrize("outcome", ["done", "again", "failed"])
def test_a_wish_that_comes_while_a_worker_has_the_row_is_not_lost(
    database: Database, outcome: str, wanted: datetime
) -> None:
    schedule(database, "a")
    taken = claim_one(database)
    schedule(database, "a", due_at=wanted)
    if outcome == "done":
        finish(database, taken)
    elif outcome == "again":
        finish(database, taken, LATER)
    else:
        retry(database, taken)
    again = claim_one(database, now=max(wanted, START))
    assert (again.due_at, again.attempts) == (wanted, 0)


def test_a_wish_does_not_take_the_row_from_its_worker(database: Database) -> None:
    schedule(database, "a")
    taken = claim_one(database, "first")
    schedule(database, "a")
    assert claim(database, "second") == []
    assert holds(database, taken)


def test_of_several_wishes_the_latest_said_counts(database: Database) -> None:
    schedule(database, "a", due_at=START)
    schedule(database, "a", due_at=LATER)
    assert claim(database, now=START) == []
    assert ids(claim(database, now=LATER)) == ["a"]


def test_ensured_work_stays_as_it_is(database: Database) -> None:
    schedule(database, "a", due_at=LATER)
    with database.write() as connection:
        work.ensure(connection, "session", "a", START)
        work.ensure(connection, "session", "b", START)
    finish(database, claim_one(database, now=START))
    assert row(database, "b") is None
    assert ids(claim(database, now=LATER)) == ["a"]


def test_released_leases_are_free_at_once(database: Database) -> None:
    schedule(database, "a", "b")
    taken = claim(database, "dead")
    with database.write() as connection:
        work.release_all(connection)
    assert not any(holds(database, each) for each in taken)
    assert sorted(ids(claim(database, "new"))) == ["a", "b"]


def test_the_next_due_time_is_the_first_among_rows_that_nobody_holds(database: Database) -> None:
    def next_due_at(now: datetime) -> datetime | None:
        with database.read() as connection:
            return work.next_due_at(connection, ["session"], now=now)

    assert next_due_at(START) is None
    schedule(database, "held")
    claim_one(database)
    assert next_due_at(START) is None
    schedule(database, "b", due_at=LATER)
    schedule(database, "other kind", due_at=START, kind="backup")
    assert next_due_at(START) == LATER
    assert next_due_at(START + LEASE + SECOND) == START, "a lease that ran out frees its row"


def test_overdue_work_is_counted_by_kind(database: Database) -> None:
    schedule(database, "a", "b")
    schedule(database, "c", kind="backup")
    schedule(database, "d", due_at=LATER)
    with database.read() as connection:
        assert work.count_overdue(connection, START) == {"session": 2, "backup": 1}


def test_workers_in_threads_never_hold_the_same_row(database: Database) -> None:
    rows = [f"row-{number}" for number in range(40)]
    schedule(database, *rows)
    taken_by: dict[str, list[str]] = {resource_id: [] for resource_id in rows}
    together = threading.Barrier(4)

    def worker(name: str) -> None:
        together.wait()
        while claims := claim(database, name, limit=3):
            for each in claims:
                taken_by[each.resource_id].append(name)

    threads = [threading.Thread(target=worker, args=(f"worker-{number}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(names) == 1 for names in taken_by.values()), taken_by


def test_a_row_that_another_transaction_is_claiming_is_passed_over_at_once(postgresql: Cluster) -> None:
    with postgresql.migrated_database() as url:
        database = Database(url)
        schedule(database, "a", "b")
        with database.write() as first:
            one = work.claim(first, ["session"], "first", now=START, lease=LEASE, limit=1)
            other = claim(database, "second")
        database.close()
    assert sorted(ids(one) + ids(other)) == ["a", "b"]


def test_work_can_be_scheduled_while_its_worker_writes_an_outcome(postgresql: Cluster) -> None:
    with postgresql.migrated_database() as url:
        database = Database(url)
        schedule(database, "a")
        taken = claim_one(database)
        with database.write() as worker, database.write() as caller:
            assert work.holds(worker, taken)
            caller.execute(text("SET LOCAL lock_timeout = '1s'"))
            work.schedule(caller, "session", "a", LATER)
        database.close()


def test_nobody_claims_a_row_while_its_worker_writes_an_outcome(postgresql: Cluster) -> None:
    with postgresql.migrated_database() as url:
        database = Database(url)
        schedule(database, "a")
        taken = claim_one(database, "slow")
        with database.write() as worker:
            assert work.holds(worker, taken)
            assert claim(database, "other", now=START + LEASE + SECOND) == []
        assert ids(claim(database, "other", now=START + LEASE + SECOND)) == ["a"]
        database.close()


class Model:
    """What the row of one resource should be, said as simply as possible."""

    def __init__(self) -> None:
        self.due_at: datetime | None = None
        self.claim: work.Claim | None = None
        self.lease_until = START
        self.wished_since_claim = False

    def schedule(self, due_at: datetime) -> None:
        self.due_at, self.wished_since_claim = due_at, True

    def claimable(self, now: datetime) -> bool:
        return self.due_at is not None and self.due_at <= now and (self.claim is None or self.lease_until < now)

    def end(self, taken: work.Claim, next_due_at: datetime | None) -> None:
        if self.claim is taken:
            self.claim = None
            if not self.wished_since_claim:
                self.due_at = next_due_at


SECONDS = st.integers(0, 90)
ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("schedule"), SECONDS),
        st.tuples(st.just("claim"), SECONDS),
        st.tuples(st.sampled_from(["finish", "finish for good", "retry", "renew"]), SECONDS),
        st.tuples(st.just("wait"), SECONDS),
    ),
    max_size=25,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS)
def test_whatever_happens_one_claim_counts_and_no_wish_is_lost(
    database: Database, actions: list[tuple[str, int]]
) -> None:
    kind, clock, model = new_id(), Clock(), Model()
    claims: list[work.Claim] = []
    for action, seconds in actions:
        then = clock() + seconds * SECOND
        if action == "wait":
            clock.advance(seconds=seconds)
        elif action == "schedule":
            schedule(database, "a", due_at=then, kind=kind)
            model.schedule(then)
        elif action == "claim":
            taken = claim(database, now=clock(), kind=kind)
            assert bool(taken) == model.claimable(clock())
            if taken:
                claims += taken
                model.claim, model.lease_until, model.wished_since_claim = taken[0], clock() + LEASE, False
        elif claims:
            # Any worker that ever had a claim may come back with an outcome, however late.
            old = claims[seconds % len(claims)]
            if action == "renew":
                assert renew(database, old, until=then) == (model.claim is old)
                if model.claim is old:
                    model.lease_until = then
            elif action == "retry":
                retry(database, old, due_at=then)
                model.end(old, then)
            else:
                finish(database, old, then if action == "finish" else None)
                model.end(old, then if action == "finish" else None)
        assert [each for each in claims if holds(database, each)] == ([model.claim] if model.claim else [])
        with database.read() as connection:
            kept = connection.execute(select(tables.work).where(tables.work.c.kind == kind)).first()
        assert (kept.due_at if kept else None) == model.due_at
