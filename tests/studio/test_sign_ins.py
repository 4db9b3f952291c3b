"""How long a sign-in lasts."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from tests.support import START

from greenroom.studio.sign_ins import SignIn, SignInTerms

TERMS = SignInTerms(lifetime=timedelta(days=7), idle=timedelta(hours=12))


def make(used_after: timedelta = timedelta()) -> SignIn:
    return SignIn(
        sign_in_id="s",
        token_hash="",
        principal_id="p",
        method="password",
        created_at=START,
        last_used_at=START + used_after,
        ends_at=START + TERMS.lifetime,
        source_ip=None,
        user_agent="",
    )


def test_it_ends_without_use() -> None:
    assert not TERMS.over(make(), START + timedelta(hours=11, minutes=59))
    assert TERMS.over(make(), START + timedelta(hours=12))


def test_it_goes_on_by_being_used() -> None:
    assert not TERMS.over(make(timedelta(hours=11)), START + timedelta(hours=22))


@given(used=st.timedeltas(timedelta(), timedelta(days=30)))
def test_no_use_takes_it_beyond_its_lifetime(used: timedelta) -> None:
    assert TERMS.over(make(used), START + TERMS.lifetime)


def test_its_use_is_written_down_now_and_then() -> None:
    assert not TERMS.use_is_news(make(), START + timedelta(minutes=35))
    assert TERMS.use_is_news(make(), START + timedelta(minutes=36))


def test_one_from_what_is_the_future_since_the_clock_was_set_back_is_over() -> None:
    assert TERMS.over(make(), START - timedelta(days=1))
    assert not TERMS.over(make(), START - timedelta(minutes=1))
