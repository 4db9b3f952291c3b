"""Passing messages: how many wait, what is dropped, and how each side learns of the other's end."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.streaming.conftest import Desktop
from tests.support import wait_until
from websockets.server import ServerProtocol

from greenroom.streaming.relay import ENDED, GOING_AWAY, UpstreamError, open_upstream, relay
from greenroom.streaming.rules import StreamRules

BIG = 1024 * 1024
OPEN = StreamRules(clipboard=True, uploads=None)
SHUT = StreamRules(clipboard=False, uploads=None)


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    desktop = Desktop(tmp_path / "desktop")
    yield desktop
    desktop.end()


def connected(path: Path) -> socket.socket:
    inside = socket.socket(socket.AF_UNIX)
    inside.connect(str(path))
    inside.setblocking(False)
    return inside


class Browser:
    """The browser's side: says what it was given to say, then takes what comes."""

    def __init__(self, *says: dict[str, Any]) -> None:
        self.taken: list[dict[str, Any]] = []
        self._says = list(says)

    async def receive(self) -> dict[str, Any]:
        """The next that it says; after the last, nothing for ever."""
        if self._says:
            return self._says.pop(0)
        return await asyncio.get_running_loop().create_future()  # type: ignore[no-any-return]

    async def send(self, event: dict[str, Any]) -> None:
        """Take a message."""
        self.taken.append(event)


def says(text: str) -> dict[str, Any]:
    return {"type": "websocket.receive", "text": text}


def relayed(path: Path, browser: Browser, rules: StreamRules = OPEN) -> None:
    """Pass what there is until one side ends it."""

    async def run() -> None:
        await relay(await open_upstream(connected(path), "/"), rules, browser.receive, browser.send)

    asyncio.run(asyncio.wait_for(run(), 20))


def test_a_browser_that_takes_nothing_stops_the_reading_after_a_few_messages(desktop: Desktop, tmp_path: Path) -> None:
    async def run() -> None:
        browser, may_take = Browser(says(f"flood {BIG}")), asyncio.Semaphore(0)
        take = browser.send

        async def slowly(event: dict[str, Any]) -> None:
            await may_take.acquire()
            await take(event)

        upstream = await open_upstream(connected(tmp_path / "desktop"), "/")
        passing = asyncio.create_task(relay(upstream, OPEN, browser.receive, slowly))
        before = await asyncio.to_thread(_at_rest, desktop)
        # Those that wait, one on its way to the browser, and what the kernel holds: less than a message.
        assert before <= 8
        for _ in range(20):
            may_take.release()
        assert await asyncio.to_thread(_at_rest, desktop) == before + 20
        passing.cancel()
        await asyncio.gather(passing, return_exceptions=True)
        assert [len(event["bytes"]) for event in browser.taken] == [BIG] * 20

    asyncio.run(run())


def _at_rest(desktop: Desktop) -> int:
    """How many messages the session had sent when it could send no more."""
    last, since = 0, time.monotonic()

    def rests() -> bool:
        nonlocal last, since
        if desktop.sent != last:
            last, since = desktop.sent, time.monotonic()
        return last > 0 and time.monotonic() - since > 0.5

    wait_until(rests, 20, what="the session's wait")
    return last


def test_what_the_rules_forbid_is_dropped_in_its_direction_and_the_rest_passes(
    desktop: Desktop, tmp_path: Path
) -> None:
    browser = Browser(*map(says, ("cw,YQ==", "say clipboard,YQ==", "kd,97", "close 1000")))
    relayed(tmp_path / "desktop", browser, SHUT)
    assert desktop.heard == ["say clipboard,YQ==", "kd,97", "close 1000"]
    assert [event.get("text") or event["code"] for event in browser.taken] == ["kd,97", 1000]


@pytest.mark.parametrize(("told", "heard"), [(4242, 4242), (1005, GOING_AWAY), (1006, GOING_AWAY), (None, GOING_AWAY)])
def test_a_code_that_is_not_for_the_wire_is_told_as_going_away(
    desktop: Desktop, tmp_path: Path, told: int | None, heard: int
) -> None:
    relayed(tmp_path / "desktop", Browser({"type": "websocket.disconnect", "code": told}))
    wait_until(lambda: desktop.closed == [heard], what="the browser's code in the session")


def test_a_session_that_breaks_off_is_told_as_ended(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "breaks"))
        listener.listen()
        answering = threading.Thread(target=_break_off, args=(listener,))
        answering.start()
        browser = Browser()
        relayed(tmp_path / "breaks", browser)
        answering.join()
    assert browser.taken == [{"type": "websocket.close", "code": GOING_AWAY, "reason": ENDED}]


def _break_off(listener: socket.socket) -> None:
    """Take the upgrade, and be gone."""
    talk = ServerProtocol()
    with listener.accept()[0] as one:
        while not (events := talk.events_received()):
            talk.receive_data(one.recv(4096))
        talk.send_response(talk.accept(events[0]))  # type: ignore[arg-type]
        for piece in talk.data_to_send():
            one.sendall(piece)


def test_what_takes_no_upgrade_is_an_error_and_is_left(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "mute"))
        listener.listen()
        inside = connected(tmp_path / "mute")
        listener.accept()[0].close()
        with pytest.raises(UpstreamError, match="did not take the stream"):
            asyncio.run(open_upstream(inside, "/"))
        assert inside.fileno() == -1
