import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from ipaddress import ip_address, ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.access.policies.values import (
    read_address,
    read_binary,
    read_bool,
    read_date,
    read_network,
    read_number,
)

READERS = [read_number, read_date, read_bool, read_binary, read_network, read_address]


@pytest.mark.parametrize("reader", READERS)
@given(text=st.text() | st.text("0123456789-+.:TZ/eE", max_size=40))
def test_a_reader_reads_or_refuses(reader: Callable[[str], Any], text: str) -> None:
    with contextlib.suppress(ValueError):
        assert reader(text) is not None


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("-1.50", Decimal("-1.5")), ("+007", 7), (" 2 ", 2)])
def test_numbers_are_exact_decimals(text: str, number: Decimal) -> None:
    assert read_number(text) == number


def test_numbers_are_not_rounded_as_floats_are() -> None:
    assert read_number("0.1") + read_number("0.2") == read_number("0.3")
    assert read_number("9007199254740993") != read_number("9007199254740992")


@pytest.mark.parametrize("text", ["", "x", "1e9", "NaN", "Infinity", "0x10", "1,5", ".5", "1.", "٣", "1" * 41])
def test_what_is_no_plain_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no number"):
        read_number(text)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-03", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-05", datetime(2026, 3, 5, tzinfo=UTC)),
        ("2026-03-05T08:30Z", datetime(2026, 3, 5, 8, 30, tzinfo=UTC)),
        ("2026-03-05T08:30:59Z", datetime(2026, 3, 5, 8, 30, 59, tzinfo=UTC)),
        ("2026-03-05T08:30:59.25Z", datetime(2026, 3, 5, 8, 30, 59, 250_000, tzinfo=UTC)),
        ("2026-03-05T08:30:00+02:00", datetime(2026, 3, 5, 6, 30, tzinfo=UTC)),
        ("2026-03-05T20:30:00-05:30", datetime(2026, 3, 6, 2, 0, tzinfo=UTC)),
        ("0", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1772323200", datetime(2026, 3, 1, tzinfo=UTC)),
        ("-86400", datetime(1969, 12, 31, tzinfo=UTC)),
    ],
)
def test_dates_are_read_in_every_form(text: str, moment: datetime) -> None:
    assert read_date(text) == moment
    assert read_date(text).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2026-13",
        "2026-02-30",
        "2026-03-05T08:30",
        "2026-03-05T25:00Z",
        "2026-03-05T08:30:00+99:00",
        "0001-01-01T00:00+14:00",
        "999999999999999",
        "2026-03-05 08:30:00Z",
        "1" * 100,
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no date"):
        read_date(text)


def test_a_network_may_be_given_by_any_address_in_it() -> None:
    assert read_network("10.1.2.3/8") == ip_network("10.0.0.0/8")


def test_an_address_alone_is_a_network_of_one() -> None:
    assert read_network("192.0.2.1") == ip_network("192.0.2.1/32")
    assert read_network("2001:db8::1") == ip_network("2001:db8::1/128")


def test_an_ipv4_address_in_ipv6_clothes_is_an_ipv4_address() -> None:
    assert read_address("::ffff:192.0.2.1") == ip_address("192.0.2.1")


def test_binary_is_strict_base64() -> None:
    assert read_binary("R3JlZW4=") == b"Green"
    with pytest.raises(ValueError, match="base64"):
        read_binary("R3JlZW4")
    with pytest.raises(ValueError, match="base64"):
        read_binary("R3 JlZW4=")
