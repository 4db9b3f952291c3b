"""Page tokens."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from greenroom.wire.errors import ValidationException
from greenroom.wire.pages import MAX_TOKEN_LENGTH, TOKEN_LIFETIME, PageTokens

TOKENS = PageTokens(b"k" * 32)
SCOPE = {"operation": "ListStreamingSessionBackups", "studioId": "us-west-2:stid-1", "ownedBy": "me"}
POSITION = ["2026-11-23T19:00:00Z", "backup-1"]
NOW = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
scopes = st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=3)
positions = st.lists(st.text(max_size=20), max_size=3)


def refused(token: str, *, scope: dict[str, str] = SCOPE, now: datetime = NOW, tokens: PageTokens = TOKENS) -> str:
    with pytest.raises(ValidationException) as caught:
        tokens.open(token, scope, now)
    return caught.value.message


@given(scopes, positions)
@patient
def test_what_was_sealed_opens_in_the_same_scope(scope: dict[str, str], position: list[str]) -> None:
    token = TOKENS.seal(scope, position, NOW)
    assert TOKENS.open(token, dict(reversed(scope.items())), NOW) == position


@given(scopes, scopes)
@patient
def test_a_token_opens_in_no_other_scope(scope: dict[str, str], other: dict[str, str]) -> None:
    assume(scope != other)
    refused(TOKENS.seal(scope, POSITION, NOW), scope=other)


@given(st.data())
@patient
def test_a_token_that_was_tampered_with_opens_nothing(data: st.DataObject) -> None:
    token = TOKENS.seal(SCOPE, POSITION, NOW)
    position = data.draw(st.integers(0, len(token) - 1))
    character = data.draw(st.characters().filter(lambda character: character != token[position]))
    refused(token[:position] + character + token[position + 1 :])
    refused(token[:position])
    refused(token[position:] + character)


@given(st.text(st.characters()) | st.binary().map(lambda raw: raw.hex()))
@patient
def test_any_other_text_opens_nothing(text: str) -> None:
    refused(text)


def test_a_token_leads_on_for_a_day() -> None:
    token = TOKENS.seal(SCOPE, POSITION, NOW)
    assert TOKENS.open(token, SCOPE, NOW + TOKEN_LIFETIME) == POSITION
    refused(token, now=NOW + TOKEN_LIFETIME + timedelta(seconds=1))


def test_a_token_of_a_replica_whose_clock_is_ahead_is_fine_within_minutes() -> None:
    token = TOKENS.seal(SCOPE, POSITION, NOW)
    assert TOKENS.open(token, SCOPE, NOW - timedelta(minutes=5)) == POSITION
    refused(token, now=NOW - timedelta(minutes=6))


def test_a_token_of_another_key_opens_nothing() -> None:
    refused(PageTokens(b"x" * 32).seal(SCOPE, POSITION, NOW))


def test_an_endless_token_is_not_looked_into() -> None:
    refused("A" * (MAX_TOKEN_LENGTH + 1))


def test_whatever_is_wrong_the_message_is_the_same() -> None:
    token = TOKENS.seal(SCOPE, POSITION, NOW)
    messages = {
        refused(""),
        refused("not a token"),
        refused(token[:-1]),
        refused(token, scope={**SCOPE, "ownedBy": "you"}),
        refused(token, now=NOW + timedelta(days=2)),
    }
    assert messages == {
        "1 validation error detected: Value at 'nextToken' failed to satisfy constraint: "
        "Member must be a token that this listing gave less than a day ago"
    }


def test_a_token_is_url_safe_and_short() -> None:
    token = TOKENS.seal(SCOPE, POSITION, NOW)
    assert token.replace("-", "").replace("_", "").isalnum()
    assert len(token) < 128


def test_a_position_that_would_not_come_back_is_not_sealed() -> None:
    with pytest.raises(ValueError, match="too long"):
        TOKENS.seal(SCOPE, ["x" * MAX_TOKEN_LENGTH], NOW)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="too short"):
        PageTokens(b"short")
