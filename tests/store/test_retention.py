"""Retention policies, as the database keeps them."""

from dataclasses import replace

from tests.support import START

from greenroom.store import retention
from greenroom.store.database import Database
from greenroom.studio.retention import KeepPolicy, ProfileRetention


def test_a_policy_is_put_changed_and_removed(database: Database) -> None:
    first = ProfileRetention(
        launch_profile_id="p",
        last=1,
        hourly=2,
        daily=3,
        weekly=4,
        monthly=5,
        yearly=6,
        updated_at=START,
        updated_by="ada",
    )
    with database.write() as connection:
        assert retention.get(connection, "p") is None
        retention.put(connection, first)
        retention.put(connection, replace(first, daily=30))
        kept = retention.get(connection, "p")
        assert kept is not None
        assert kept.policy == KeepPolicy(last=1, hourly=2, daily=30, weekly=4, monthly=5, yearly=6)
        retention.remove(connection, "p")
        assert retention.get(connection, "p") is None
