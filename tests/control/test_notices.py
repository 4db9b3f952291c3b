"""Targets are told what they want, in order, at least once, and one that is away costs nothing but its own notices."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest
from tests.support import Clock

from greenroom.control.loop import Group, Loop, Pauses
from greenroom.control.notices import GIVE_UP_AFTER, WORK, NoticeSteps, Target, UndeliveredError
from greenroom.store import events, notices
from greenroom.store.database import Database
from greenroom.studio.events import RecordedEvent, StudioEvent


@dataclass
class Told:
    """A target that remembers what it was told, unless it is away."""

    patterns: Sequence[str] = ("*",)
    batch: int = 1
    away: bool = False
    notices: list[list[str]] = field(default_factory=list)
    tries: int = 0

    def deliver(self, told: Sequence[RecordedEvent]) -> None:
        self.tries += 1
        if self.away:
            raise UndeliveredError("away")
        self.notices.append([event.type for event in told])


@dataclass
class Bell:
    """Events, targets, and the loop between them."""

    database: Database
    clock: Clock

    def ring(self, *types: str) -> None:
        with self.database.write() as connection:
            for kind in types:
                events.record(connection, StudioEvent(type=kind))

    def loop(self, **targets: Target) -> Loop:
        with self.database.write() as connection:
            notices.keep_targets(connection, targets)
        pauses = Pauses(timedelta(seconds=1), timedelta(minutes=5), Random(1))
        steps = NoticeSteps(self.database, targets, self.clock, pauses)
        return Loop(self.database, [Group("notices", {WORK: steps}, 1)], clock=self.clock)


@pytest.fixture
def bell(sqlite: Database, clock: Clock) -> Bell:
    sqlite.clock = clock
    return Bell(sqlite, clock)


def test_every_event_that_fits_is_told_in_order(bell: Bell) -> None:
    target = Told(patterns=("backup.*",))
    loop = bell.loop(one=target)
    bell.ring("backup.ready", "session.ready", "backup.deleted")
    loop.run_due()
    assert target.notices == [["backup.ready"], ["backup.deleted"]]
    bell.ring("backup.verified")
    loop.run_due()
    assert target.notices[2:] == [["backup.verified"]]


def test_a_target_that_takes_several_is_told_several_at_once(bell: Bell) -> None:
    target = Told(batch=3)
    loop = bell.loop(one=target)
    bell.ring(*"abcde")
    loop.run_due()
    assert target.notices == [["a", "b", "c"], ["d", "e"]]


def test_one_that_is_away_is_tried_again_after_growing_pauses_and_misses_nothing(bell: Bell) -> None:
    away, there = Told(away=True), Told()
    loop = bell.loop(away=away, there=there)
    bell.ring("a")
    for _ in range(60):
        bell.clock.advance(seconds=1)
        loop.run_due()
        bell.ring("more")
    assert 4 <= away.tries <= 8, "a pause doubles, and an event that comes meanwhile does not shorten it"
    assert len(there.notices) == 60
    away.away = False
    bell.clock.advance(minutes=5)
    loop.run_due()
    assert away.notices == [["a"], *[["more"]] * 60]


def test_an_event_that_is_not_taken_for_a_day_does_not_hold_up_newer_ones(bell: Bell) -> None:
    target = Told(away=True)
    loop = bell.loop(one=target)
    bell.ring("old")
    loop.run_due()
    bell.clock.advance(GIVE_UP_AFTER)
    bell.ring("new")
    loop.run_due()
    target.away = False
    bell.clock.advance(minutes=5)
    loop.run_due()
    assert target.notices == [["new"]]


def test_what_happens_while_a_notice_is_under_way_is_told_too(bell: Bell) -> None:
    class Busy(Told):
        def deliver(self, told: Sequence[RecordedEvent]) -> None:
            if not self.notices:
                bell.ring("meanwhile")
            super().deliver(told)

    target = Busy()
    loop = bell.loop(one=target)
    bell.ring("first")
    loop.run_due()
    assert target.notices == [["first"], ["meanwhile"]]
