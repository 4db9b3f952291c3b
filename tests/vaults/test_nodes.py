"""What restic lists."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.vaults.nodes import Node, found, listed, nanoseconds


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2009-02-13T23:31:30.123456789Z", 1_234_567_890_123_456_789),
        ("2009-02-14T00:31:30.1+01:00", 1_234_567_890_100_000_000),
        ("2009-02-13T18:01:30-05:30", 1_234_567_890_000_000_000),
        ("1969-12-31T23:59:54.5Z", -5_500_000_000),
    ],
)
def test_times_are_read_to_the_nanosecond(time: str, expected: int) -> None:
    assert nanoseconds(time) == expected


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001  hypothesis asks for naive limits
def test_times_mean_what_the_standard_library_takes_them_for(moment: datetime) -> None:
    elapsed = moment - datetime(1970, 1, 1, tzinfo=UTC)
    expected = (elapsed.days * 86_400 + elapsed.seconds) * 10**9 + elapsed.microseconds * 1000
    assert nanoseconds(moment.isoformat()) == expected


@given(st.integers(0, 0o7777))
def test_permission_bits_survive_gos_order_of_them(permissions: int) -> None:
    go_mode = permissions & 0o777
    go_mode |= (1 << 23 if permissions & 0o4000 else 0) | (1 << 22 if permissions & 0o2000 else 0)
    go_mode |= 1 << 20 if permissions & 0o1000 else 0
    assert Node(mode=go_mode | 1 << 31).permissions == permissions


def test_only_the_asked_snapshots_nodes_are_taken() -> None:
    output = b'[{"matches":[{"path":"/a"}],"hits":1,"snapshot":"one"},{"matches":[{"path":"/b"}],"snapshot":"two"}]'
    assert [node.path for node in found(output, "one")] == ["/a"]
    assert found(b"[]", "one") == []


def test_a_listing_begins_with_the_snapshot_itself() -> None:
    lines = (
        b'{"time":"2023-01-31T09:30:00Z","paths":["/a"],"id":"1","struct_type":"snapshot"}',
        b'{"path":"/a","type":"dir","struct_type":"node"}',
    )
    assert [(node.path, node.type) for node in listed(lines)] == [("/a", "dir")]
