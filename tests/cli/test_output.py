"""Output: aligned and whole where no terminal is, JSON as on the wire, times and sizes for people."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from greenroom.cli.output import print_fields, print_json, print_table, say, show_bytes, show_distance, show_time
from greenroom.wire.shapes import StreamingSession, StreamingSessionState


def test_a_plain_table_is_aligned_and_never_cut(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("Name", "Text"), [("a", "x" * 300), ("longer", "y")])
    assert capsys.readouterr().out == f"Name    Text\na       {'x' * 300}\nlonger  y\n"


def test_an_empty_table_says_so_beside_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("Name",), [], empty="Nothing yet.")
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == "Nothing yet.\n"


def test_markup_in_values_is_shown_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("Name",), [("[red]not red[/red]",)])
    print_fields((("Field", "[bold]x[/bold]"), ("Empty", "")))
    say("[dim]text[/dim]")
    output = capsys.readouterr().out
    assert "[red]not red[/red]" in output
    assert "[bold]x[/bold]" in output
    assert "[dim]text[/dim]" in output
    assert "Empty" not in output


def test_control_characters_in_values_do_not_reach_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("Name",), [("a\x1b]0;title\x07b\nc",)])
    output = capsys.readouterr().out
    assert "\x1b" not in output
    assert "\x07" not in output
    assert len(output.splitlines()) == 2


def test_json_is_spelt_as_on_the_wire(capsys: pytest.CaptureFixture[str]) -> None:
    moment = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    print_json([StreamingSession(session_id="s", state=StreamingSessionState.READY, created_at=moment, tags={})])
    assert json.loads(capsys.readouterr().out) == [
        {"sessionId": "s", "state": "READY", "createdAt": "2026-11-23T19:00:00Z", "tags": {}}
    ]


@pytest.mark.parametrize(
    ("away", "text"),
    [
        (timedelta(seconds=0.4), "now"),
        (timedelta(seconds=59), "59 s ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=-4), "in 4 h"),
        (timedelta(days=400), "400 d ago"),
    ],
)
def test_distances_are_told_in_the_largest_unit(away: timedelta, text: str) -> None:
    assert show_distance(away) == text


def test_a_time_says_how_long_ago_it_was() -> None:
    moment = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    assert show_time(moment, moment + timedelta(hours=3)).endswith("(3 h ago)")
    assert show_time(None) == ""


@pytest.mark.parametrize(("size", "text"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 * 2**40, "5.0 TiB")])
def test_sizes_are_told_in_the_largest_unit(size: int, text: str) -> None:
    assert show_bytes(size) == text
