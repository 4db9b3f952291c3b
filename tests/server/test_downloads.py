"""Sending what is too large to be held: at the caller's pace, cut where it cannot go on, under harmless names."""

import asyncio
from collections.abc import Generator, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from greenroom.api.contents import Download
from greenroom.server import downloads
from greenroom.server.downloads import BrokenOffError, Downloads, Places, content_disposition
from greenroom.studio.errors import Unavailable


class Source:
    """Portions that are counted; closed when nobody wants more."""

    def __init__(self, count: int, *, breaks: bool = False) -> None:
        self.given = 0
        self.closed = False
        self.download = Download("notes.txt", "application/octet-stream", None, self._chunks(count, breaks))

    def _chunks(self, count: int, breaks: bool) -> Generator[bytes, None, None]:
        try:
            for _ in range(count):
                self.given += 1
                yield b"x" * 10
            if breaks:
                raise Unavailable("the vault is away", code="VAULT")
        finally:
            self.closed = True


def send(
    source: Source | Download, *, hangs_up_after: int | None = None, stalls: bool = False
) -> list[MutableMapping[str, Any]]:
    """Send it to a caller; what that one got."""
    got: list[MutableMapping[str, Any]] = []

    async def run() -> None:
        gone = asyncio.Event()

        async def receive() -> MutableMapping[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def take(message: MutableMapping[str, Any]) -> None:
            got.append(message)
            if hangs_up_after is not None and len(got) > hangs_up_after:
                gone.set()
                await asyncio.sleep(0)
            if stalls and message["type"] == "http.response.body":
                await asyncio.Event().wait()

        with ThreadPoolExecutor(1) as pool:
            download = source if isinstance(source, Download) else source.download
            await Downloads(pool).send(download, receive, take, (), lambda: got.append({"type": "before the end"}))

    asyncio.run(run())
    return got


def test_everything_is_sent_and_the_source_closed() -> None:
    source = Source(5)
    start, *parts = send(source)
    assert start["status"] == 200
    assert b"".join(part.get("body", b"") for part in parts) == b"x" * 50
    assert source.closed


@pytest.mark.parametrize("size", [None, 30])
def test_who_has_got_it_all_finds_done_what_is_done_before_the_end(size: int | None) -> None:
    source = Source(3)
    got = send(replace(source.download, size=size))
    assert [each["type"] for each in got].index("before the end") == (4 if size is None else 3)


def test_nothing_more_is_read_for_a_caller_who_hung_up() -> None:
    source = Source(1000)
    send(source, hangs_up_after=3)
    assert source.given < 10
    assert source.closed


def test_what_breaks_off_is_cut_and_not_ended() -> None:
    source = Source(2, breaks=True)
    with pytest.raises(BrokenOffError, match="vault is away"):
        send(source)
    assert source.closed


def test_a_caller_who_takes_nothing_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "IDLE_SECONDS", 0.05)
    source = Source(1000)
    with pytest.raises(BrokenOffError, match="took nothing"):
        send(source, stalls=True)
    assert (source.given, source.closed) == (1, True)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("notes.txt", "attachment; filename=\"notes.txt\"; filename*=UTF-8''notes.txt"),
        ("é.txt", "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%A9.txt"),
        ('a"b\\c/d', "attachment; filename=\"a_b_c_d\"; filename*=UTF-8''a_b_c_d"),
        ("a\r\nset-cookie: x", "attachment; filename=\"a__set-cookie: x\"; filename*=UTF-8''a__set-cookie%3A%20x"),
        ("gpj\u202eexe", "attachment; filename=\"gpj_exe\"; filename*=UTF-8''gpj_exe"),
        ("100%", "attachment; filename=\"100_\"; filename*=UTF-8''100%25"),
        ("", "attachment; filename=\"_\"; filename*=UTF-8''_"),
    ],
)
def test_names_end_no_header_and_look_like_what_they_are(name: str, header: str) -> None:
    assert content_disposition(name).decode() == header


def test_so_many_downloads_go_on_at_once_and_of_one_person_half_as_many() -> None:
    places = Places(4)
    assert places.take("1", "ana") is None
    assert places.take("2", "ana") is None
    assert "2 of your downloads" in (places.take("3", "ana") or "")
    assert places.take("3", "ben") is None
    assert places.take("4", "cleo") is None
    assert "4 downloads are under way" in (places.take("5", "dan") or "")
    places.leave("5")
    places.leave("1")
    assert places.take("5", "dan") is None


def test_a_place_for_one_is_one_and_no_limit_is_none() -> None:
    assert Places(1).take("1", "ana") is None
    places = Places(0)
    assert [places.take(str(number), "ana") for number in range(100)] == [None] * 100
