"""How commands print: tables for people, aligned text where no terminal is, JSON on request."""

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TextIO

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

PLAIN_WIDTH = 4000
"""Columns where output is no terminal: nothing is folded there."""

_STATE_STYLES = {
    "READY": "green",
    "STOPPED": "cyan",
    "DELETED": "dim",
    "ok": "green",
    "limited": "yellow",
    "missing": "red",
}


def console(stream: TextIO | None = None) -> Console:
    """A console on stdout, or on `stream`; without a terminal it neither colours nor folds."""
    stream = stream or sys.stdout
    plain = not stream.isatty()
    return Console(file=stream, width=PLAIN_WIDTH if plain else None, highlight=False, emoji=False, markup=False)


def say(text: str = "") -> None:
    """A text on stdout."""
    console().print(_harmless(text), soft_wrap=True)


def note(text: str) -> None:
    """A remark on stderr, beside the command's output."""
    console(sys.stderr).print(_harmless(text), style="dim", soft_wrap=True)


def complain(text: str) -> None:
    """Why the command failed, on stderr."""
    screen = console(sys.stderr)
    screen.print(Text.assemble(("greenroom: ", "bold red"), _harmless(text)), soft_wrap=True)


def print_json(value: Any) -> None:
    """Shapes, lists and maps as JSON on stdout, spelt as on the wire, times in ISO 8601."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n")


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "", empty: str = "") -> None:
    """Rows under headings. Ids and times are never cut. Without rows, `empty` is said instead, on stderr."""
    rows = list(rows)
    if not rows and empty:
        note(empty)
        return
    screen = console()
    plain = not screen.is_terminal
    table = Table(title=title or None, title_justify="left", box=None if plain else _box(), pad_edge=not plain)
    for column in columns:
        table.add_column(column, overflow="fold", justify="right" if column == "Size" else "left")
    for row in rows:
        table.add_row(*map(_cell, row))
    _print(screen, table)


def print_fields(fields: Iterable[tuple[str, str]]) -> None:
    """Names and values, one pair a line; those without a value are left out."""
    screen = console()
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold", no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in fields:
        if value:
            table.add_row(name, _cell(value))
    _print(screen, table)


def show_time(moment: datetime | None, now: datetime | None = None) -> str:
    """Local time to the second, and how long ago or ahead: `2026-11-23 19:04:05 (3 min ago)`."""
    if moment is None:
        return ""
    away = (now or datetime.now(UTC)) - moment
    return f"{moment.astimezone():%Y-%m-%d %H:%M:%S} ({show_distance(away)})"


def show_distance(away: timedelta) -> str:
    """A span in its largest unit: `12 s ago`, `in 4 h`."""
    seconds = abs(away.total_seconds())
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        if seconds >= length:
            text = f"{int(seconds // length)} {unit}"
            return f"{text} ago" if away > timedelta() else f"in {text}"
    return "now"


def show_bytes(size: float) -> str:
    """A size for people: `1.7 GiB`."""
    for unit in ("B", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024 or unit == "TiB":
            break
        size /= 1024
    return f"{size:.0f} {unit}" if unit == "B" else f"{size:.1f} {unit}"


def _print(screen: Console, table: Table) -> None:
    if screen.is_terminal:
        screen.print(table)
        return
    # Plain tables end their lines where the text ends, so that they can be compared and cut.
    with screen.capture() as captured:
        screen.print(table)
    sys.stdout.write("".join(line.rstrip() + "\n" for line in captured.get().splitlines()))


def _cell(value: str) -> Text:
    return Text(_harmless(value).replace("\n", " "), style=_style(value))


def _harmless(text: str) -> str:
    """The text with control characters escaped: names come from others, and a terminal obeys what it is sent."""
    return "".join(each if each.isprintable() or each == "\n" else ascii(each)[1:-1] for each in text)


def _style(cell: str) -> str:
    if cell.endswith("_IN_PROGRESS"):
        return "yellow"
    return "red" if cell.endswith("_FAILED") else _STATE_STYLES.get(cell, "")


def _box() -> Any:
    from rich import box

    return box.SIMPLE_HEAD
