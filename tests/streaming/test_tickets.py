"""What a ticket is made of."""

import pytest

from greenroom.streaming.tickets import Tickets, path_of

KEY, OTHER = bytes(32), bytes(31) + b"\x01"


def test_each_stream_has_its_own_and_another_key_makes_others() -> None:
    made = {Tickets(key).path(stream) for key in (KEY, OTHER) for stream in ("one", "two")}
    assert len(made) == 4
    assert Tickets(KEY).path("one") == Tickets(KEY).path("one")
    assert all(path.startswith((path_of("one"), path_of("two"))) for path in made)


def test_a_pass_is_of_its_stream_and_key_alone() -> None:
    tickets = Tickets(KEY)
    shown = tickets.pass_for("one")
    assert tickets.is_pass("one", shown)
    assert not tickets.is_pass("two", shown)
    assert not tickets.is_pass("one", shown + "A")
    assert not Tickets(OTHER).is_pass("one", shown)


def test_a_key_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="31 bytes is too short"):
        Tickets(bytes(31))
