"""Throttling: buckets that fill as time goes by, a bounded number of them, and the answer that tells to wait."""

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.running import Studio
from tests.server.raw import Request, ask
from tests.server.signing import Signer
from tests.server.simulated import copied, house_of, serving

from greenroom.server.founding import add_user, create_key
from greenroom.server.throttling import Rate, Throttle, TokenBuckets


class Time:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_let_through_and_then_the_rate() -> None:
    time = Time()
    buckets = TokenBuckets(Rate(2, 3), monotonic=time)
    assert [buckets.take("ana") for _ in range(4)] == [0, 0, 0, 0.5]
    time.now += 0.5
    assert [buckets.take("ana") for _ in range(2)] == [0, 0.5]


def test_a_refused_call_costs_nothing() -> None:
    time = Time()
    buckets = TokenBuckets(Rate(1, 1), monotonic=time)
    buckets.take("ana")
    for _ in range(100):
        assert buckets.take("ana") == 1
    time.now += 1
    assert buckets.take("ana") == 0


def test_one_persons_loop_does_not_slow_another() -> None:
    buckets = TokenBuckets(Rate(1, 1), monotonic=Time())
    buckets.take("ana")
    assert buckets.take("ana") > 0
    assert buckets.take("ben") == 0


def test_reads_and_changes_are_counted_apart() -> None:
    throttle = Throttle(Rate(1, 1), Rate(1, 1))
    assert throttle.wait_for("ana", read_only=True) == 0
    assert throttle.wait_for("ana", read_only=False) == 0
    assert throttle.wait_for("ana", read_only=True) == 1


def test_a_rate_of_zero_is_no_limit() -> None:
    buckets = TokenBuckets(Rate(0, 0))
    assert not any(buckets.take("ana") for _ in range(10_000))
    assert len(buckets) == 0


def test_the_number_of_buckets_is_bounded_and_the_longest_unused_goes() -> None:
    buckets = TokenBuckets(Rate(1, 1), capacity=3, monotonic=Time())
    for name in ("ana", "ben", "eva", "ana", "max"):
        buckets.take(name)
    assert len(buckets) == 3
    assert buckets.take("ana") > 0
    assert buckets.take("ben") == 0


@given(st.lists(st.floats(min_value=0, max_value=10), max_size=50))
def test_never_more_than_burst_and_rate_allow(pauses: list[float]) -> None:
    time = Time()
    buckets = TokenBuckets(Rate(5, 7), monotonic=time)
    taken = 0
    for pause in pauses:
        time.now += pause
        taken += buckets.take("ana") == 0
    assert taken <= 7 + 5 * (time.now - 1000) + 1e-6


@pytest.fixture
def slow(founded: Studio, tmp_path: Path) -> Studio:
    return copied(founded, tmp_path / "data", GREENROOM_THROTTLE_READS="1/3", GREENROOM_THROTTLE_WRITES="1/1")


def test_who_calls_too_fast_is_told_to_wait_and_others_are_not(slow: Studio) -> None:
    with serving(slow) as studio:
        with house_of(studio) as house:
            key = create_key(house, add_user(house, "quiet", administrator=True).username)
        hasty = Signer.of(studio)
        quiet = Signer.of(studio, {"accessKeyId": key.access_key_id, "secretAccessKey": key.secret_access_key})
        request = Request(f"/2020-08-01/studios/{quote(studio.studio_id, safe='')}")
        answers = [ask(studio.endpoint, hasty.sign(request)) for _ in range(12)]
        refused = [answer for answer in answers if answer.status == 429]
        assert answers[0].status == 200
        assert refused
        assert refused[0].error == "ThrottlingException"
        assert refused[0].header("retry-after") == "1"
        assert set(refused[0].json()) == {"code", "context", "message"}
        assert ask(studio.endpoint, quiet.sign(request)).status == 200


def test_a_signature_that_is_not_theirs_costs_nobody_a_call(slow: Studio) -> None:
    with serving(slow) as studio:
        key = {"accessKeyId": studio.founding["accessKeyId"], "secretAccessKey": "wrong" * 8}
        request = Request(f"/2020-08-01/studios/{quote(studio.studio_id, safe='')}")
        forged = Signer.of(studio, key)
        assert {ask(studio.endpoint, forged.sign(request)).status for _ in range(8)} == {403}
        assert ask(studio.endpoint, Signer.of(studio).sign(request)).status == 200
