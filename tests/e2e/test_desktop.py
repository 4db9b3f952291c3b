"""A person's day: a desktop in a real browser, something typed there, a stop, a backup, and it is there again."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.e2e.chromium import Browser
from tests.running import Studio
from tests.server.raw import Request, ask
from tests.server.signing import Signer
from tests.support import require, wait_until

SCREENSHOTS = os.environ.get("GREENROOM_KEEP_SCREENSHOTS")
"""A folder that the run's pictures are kept in, for the manual."""


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    for program in ("restic", "bwrap", "Xvfb", "openbox", "lxterminal"):
        require(program)
    studio = Studio(tmp_path / "data", {"GREENROOM_DESKTOP": "on", "GREENROOM_STOP_GRACE": "1s"})
    studio.found().serve()
    try:
        yield studio
    finally:
        studio.close()


def stream_url(studio: Studio, session_id: str) -> str:
    """A new stream's URL."""
    client = studio.client()
    stream = client.create_streaming_session_stream(studioId=studio.studio_id, sessionId=session_id)["stream"]
    named = {"studioId": studio.studio_id, "sessionId": session_id, "streamId": stream["streamId"]}
    waiter = client.get_waiter("streaming_session_stream_ready")
    waiter.wait(**named, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})
    return str(client.get_streaming_session_stream(**named)["stream"]["url"])


def thumbnail(studio: Studio, session_id: str) -> str:
    """The path of the session's small picture."""
    return f"/greenroom/v1/studios/{studio.studio_id}/streaming-sessions/{session_id}/thumbnail"


def inside(studio: Studio, session_id: str, *command: str) -> str:
    return studio.execute(session_id, *command, check=False).stdout.decode().strip()


def test_what_is_typed_into_a_desktop_comes_back_from_its_backup(studio: Studio) -> None:
    client = studio.client()
    session_id = studio.create_session(client)
    with Browser() as browser:
        url = stream_url(studio, session_id)
        opened = browser.tell("open", url=url)
        assert (opened["status"], "ticket" in opened["address"]) == (200, False)
        assert opened["milliseconds"] is not None, "no picture came"

        wait_until(lambda: inside(studio, session_id, "pgrep", "-x", "openbox"), 30, what="the window manager")
        browser.tell("press", keys="Control+Alt+f")
        browser.tell("press", keys="Control+Alt+t")
        wait_until(lambda: inside(studio, session_id, "pgrep", "-x", "bash"), 30, what="a shell in a terminal")

        def typed() -> bool:
            browser.tell("type", text="echo from the browser > shot.txt; ls\n")
            return inside(studio, session_id, "cat", "shot.txt") == "from the browser"

        wait_until(typed, 40, what="the file that was typed")
        picture = ask(studio.endpoint, Signer.of(studio).sign(Request(thumbnail(studio, session_id))))
        assert (picture.status, picture.headers["content-type"]) == (200, "image/jpeg")
        assert (picture.body[:3], "private" in picture.headers["cache-control"]) == (b"\xff\xd8\xff", True)
        if SCREENSHOTS:
            browser.tell("screenshot", path=f"{SCREENSHOTS}/desktop.png")
        # The link opened once: it is nothing to somebody else's browser.
        with Browser() as stranger:
            refused = stranger.tell("open", url=url)
            assert (refused["status"], "was used before" in refused["text"]) == (403, True)
        assert browser.tell("troubles") == []

    studio.stop_session(client, session_id)
    (backup,) = studio.settled_backups(client, 1)
    assert backup["state"] == "READY"
    studio.start_session(client, session_id)
    studio.execute(session_id, "rm", "shot.txt")
    studio.stop_session(client, session_id)
    studio.start_session(client, session_id, backupId=backup["backupId"])
    assert inside(studio, session_id, "cat", "shot.txt") == "from the browser"
