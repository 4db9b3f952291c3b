"""Wrong passwords are counted for each account and each address."""

from dataclasses import dataclass

import pytest

from greenroom.server.sign_in.attempts import ADDRESSES_SHARE, Attempts


@dataclass
class Seconds:
    """A clock for throttling."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def attempts(seconds: Seconds) -> Attempts:
    return Attempts(3, 30, monotonic=seconds)


def test_one_account_is_slowed_from_wherever(attempts: Attempts, seconds: Seconds) -> None:
    assert [attempts.begin("ana", f"192.0.2.{at}") for at in range(4)] == [0, 0, 0, 30]
    assert attempts.begin("ben", "192.0.2.1") == 0
    seconds.now += 30
    assert [attempts.begin("ana", None) for _ in range(2)] == [0, 30]


def test_one_address_is_slowed_for_whatever_account(attempts: Attempts) -> None:
    most = 3 * ADDRESSES_SHARE
    assert not any(attempts.begin(f"user-{at}", "192.0.2.1") for at in range(most))
    assert attempts.begin("another", "192.0.2.1") == 3
    assert attempts.begin("another", "192.0.2.2") == 0


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff:1", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("unix", "unix", True),
    ],
)
def test_an_ipv6_neighbourhood_counts_as_one(attempts: Attempts, first: str, second: str, same: bool) -> None:
    for at in range(3 * ADDRESSES_SHARE):
        attempts.begin(f"user-{at}", first)
    assert bool(attempts.begin("another", second)) is same


def test_what_was_right_does_not_count(attempts: Attempts) -> None:
    for _ in range(100):
        assert attempts.begin("ana", "192.0.2.1") == 0
        attempts.succeeded("ana", "192.0.2.1")
    assert [attempts.begin("ana", "192.0.2.1") for _ in range(4)] == [0, 0, 0, 30]
