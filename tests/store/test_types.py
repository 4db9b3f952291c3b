"""Column types: what comes back is what went in, on both databases, and sorts as it should."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Dialect
from sqlalchemy.engine import make_url

from greenroom.store.types import Instant, Length

DIALECTS: list[Dialect] = [make_url(url).get_dialect()() for url in ("sqlite://", "postgresql+psycopg://")]
MOMENT = datetime(2026, 2, 1, 12, 30, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_moment_comes_back_in_utc(dialect: Dialect) -> None:
    read = Instant().result_processor(dialect, None)
    back = read(Instant().process_bind_param(MOMENT, dialect))
    assert (back, back and back.utcoffset()) == (MOMENT, timedelta())
    assert Instant().process_bind_param(None, dialect) is None
    assert read(None) is None


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_a_moment_without_a_time_zone_is_refused(dialect: Dialect) -> None:
    with pytest.raises(ValueError, match="without a time zone"):
        Instant().process_bind_param(datetime(2026, 2, 1), dialect)  # noqa: DTZ001  that is what is refused


def test_moments_sort_as_text_where_they_are_text() -> None:
    moments = [MOMENT + timedelta(microseconds=each) for each in (0, 1, 999_999, 1_000_000)]
    texts = [Instant().process_bind_param(moment, DIALECTS[0]) for moment in moments]
    assert texts == sorted(texts)
    assert {len(text) for text in texts} == {27}
    assert moments[0].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ") == texts[0]


def test_a_length_is_whole_seconds() -> None:
    kept = Length().process_bind_param(timedelta(minutes=1, milliseconds=900), DIALECTS[0])
    assert (kept, Length().process_result_value(kept, DIALECTS[0])) == (60, timedelta(minutes=1))
    assert Length().process_bind_param(None, DIALECTS[0]) is Length().process_result_value(None, DIALECTS[0]) is None
