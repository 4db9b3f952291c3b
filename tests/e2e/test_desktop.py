"""A person's day: a desktop in a real browser, something typed there, a stop, a backup, and it is there again.

And what a launch profile lets through: the real client and the real desktop, with the server between them.
"""

import base64
import gzip
import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.e2e.chromium import Browser
from tests.running import Studio
from tests.server.raw import Request, ask
from tests.server.signing import Signer
from tests.support import require, wait_until

SCREENSHOTS = os.environ.get("GREENROOM_KEEP_SCREENSHOTS")
"""A folder that the run's pictures are kept in, for the manual."""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    for program in ("restic", "bwrap", "Xvfb", "openbox", "lxterminal"):
        require(program)
    data = tmp_path_factory.mktemp("desktop") / "data"
    studio = Studio(data, {"GREENROOM_DESKTOP": "on", "GREENROOM_STOP_GRACE": "1s"})
    studio.found().serve()
    try:
        yield studio
    finally:
        studio.close()


def stream_url(studio: Studio, session_id: str, client: Any = None) -> str:
    """A new stream's URL."""
    client = client or studio.client()
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


def configure(studio: Studio, **changes: Any) -> None:
    """Change the stream configuration of the launch profile; None leaves a member out."""
    client, profile_id = studio.client(), studio.founding["launchProfileId"]
    profile = client.get_launch_profile(studioId=studio.studio_id, launchProfileId=profile_id)["launchProfile"]
    configuration = {**profile["streamConfiguration"], **changes}
    client.update_launch_profile(
        studioId=studio.studio_id,
        launchProfileId=profile_id,
        streamConfiguration={name: value for name, value in configuration.items() if value is not None},
    )


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
        assert (picture.status, picture.header("content-type")) == (200, "image/jpeg")
        assert (picture.body[:3], "private" in str(picture.header("cache-control"))) == (b"\xff\xd8\xff", True)
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


def named_person(studio: Studio, name: str) -> Any:
    """The official client of a new person of that name."""
    studio.command("user", "add", name, "--data", str(studio.data))
    return studio.client(json.loads(studio.command("key", "create", name, "--data", str(studio.data), "--json").stdout))


def let_watch(studio: Studio, name: str) -> None:
    """Give that person a policy by which they may open streams of everybody's sessions."""
    actions = ["nimble:CreateStreamingSessionStream", "nimble:GetStreamingSessionStream"]
    statement = {"Effect": "Allow", "Action": actions, "Resource": "*"}
    document = studio.data / "watchers.json"
    document.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    studio.command("policy", "put", "watchers", str(document), "--data", str(studio.data))
    studio.command("policy", "attach", "watchers", "--user", name, "--data", str(studio.data))


class Watching:
    """One session, and the browser that shows it in its first page."""

    def __init__(self, studio: Studio, session_id: str, browser: Browser) -> None:
        self.studio = studio
        self.session_id = session_id
        self.browser = browser

    def inside(self, *command: str) -> str:
        """What a command in the session prints."""
        return inside(self.studio, self.session_id, *command)

    def clipboard_inside(self) -> str:
        """The text in the desktop's clipboard."""
        return self.inside("xclip", "-selection", "clipboard", "-out")

    def copy_inside(self, text: str) -> None:
        """Copy that text in the desktop."""
        self.inside("sh", "-c", f"printf '{text}' | xclip -selection clipboard >/dev/null 2>&1")

    def page(self, expression: str, page: int = 0) -> Any:
        """The value of an expression of JavaScript in that page."""
        return self.browser.tell("evaluate", expression=expression, page=page)

    def copy_outside(self, text: str) -> None:
        """Copy that text outside of the browser, and come back to its first page."""
        self.page(f"navigator.clipboard.writeText({text!r})")
        self.page("window.dispatchEvent(new Event('focus'))")

    def forged_upload(self, path: str) -> int:
        """The status that an upload to that path gets which the client would not have sent."""
        answer = f"fetch('api/upload', {{method: 'POST', headers: {{'x-upload-path': {path!r}}}, body: 'x'}})"
        return int(self.page(f"{answer}.then((answer) => answer.status)"))

    def key_arrives(self) -> None:
        """Wait until a key that the forged stream presses has come to a program in the desktop's terminal."""
        self.inside("rm", "-f", "key", "waits")

        def waits() -> bool:
            self.browser.tell("type", text="touch waits; read -n 1 key; echo $key > key\n")
            return self.inside("ls", "waits") == "waits"

        wait_until(waits, 40, what="a program that reads the key")
        self.page("raw.socket.send('kd,120')")
        self.page("raw.socket.send('ku,120')")
        wait_until(lambda: self.inside("cat", "key"), 20, what="the key")


@pytest.fixture(scope="module")
def watching(studio: Studio) -> Iterator[Watching]:
    """A session whose profile has the clipboard and uploads, in a browser; its terminal has the keyboard."""
    require("xclip")
    configure(studio, clipboardMode="ENABLED", sessionStorage={"mode": ["UPLOAD"], "root": {"linux": "$HOME/in"}})
    session_id = studio.create_session(studio.client())
    with Browser() as browser:
        watching = Watching(studio, session_id, browser)
        assert browser.tell("open", url=stream_url(studio, session_id))["milliseconds"] is not None
        wait_until(lambda: watching.inside("pgrep", "-x", "openbox"), 30, what="the window manager")
        browser.tell("press", keys="Control+Alt+t")
        wait_until(lambda: watching.inside("pgrep", "-x", "bash"), 30, what="a shell in a terminal")
        yield watching


def test_clipboard_and_uploads_pass_as_the_profile_says_whatever_both_ends_believe(watching: Watching) -> None:
    watching.copy_outside("from outside")
    wait_until(lambda: watching.clipboard_inside() == "from outside", 20, what="the browser's clipboard inside")
    watching.copy_inside("from inside")
    read = "navigator.clipboard.readText()"
    wait_until(lambda: watching.page(read) == "from inside", 20, what="the desktop's clipboard in the browser")
    watching.browser.tell("upload", name="plate.txt", text="uploaded")
    wait_until(lambda: watching.inside("cat", "in/plate.txt") == "uploaded", 20, what="the upload in its folder")
    assert watching.forged_upload("../outside.txt") == 400
    assert watching.forged_upload("/absolute.txt") == 200
    assert watching.inside("sh", "-c", "find . -name '*.txt' | sort").split() == [
        *("./in/absolute.txt", "./in/plate.txt")
    ]
    assert watching.browser.tell("forge")

    # All that is open ends; the desktop, which was told otherwise when it started, still believes in both.
    configure(watching.studio, clipboardMode="DISABLED", sessionStorage=None)
    ended = wait_until(lambda: watching.page("raw.closed"), 20, what="the end of the stream")
    assert ended[0] == 1001
    assert watching.browser.tell("forge")
    assert watching.forged_upload("more.txt") == 403
    for text in ("cw," + base64.b64encode(b"forged").decode(), "cr", "REQUEST_CLIPBOARD"):
        watching.page(f"raw.socket.send({json.dumps(text)})")
    hidden = list(b"\x05" + gzip.compress(b"cw," + base64.b64encode(b"forged")))
    watching.page(f"raw.socket.send(new Uint8Array({hidden}))")
    watching.copy_outside("not for the desktop")
    watching.copy_inside("not for the browser")
    watching.key_arrives()
    assert watching.clipboard_inside() == "not for the browser"
    assert watching.page(read) == "not for the desktop"
    assert watching.page("raw.heard.filter((text) => /clipboard/.test(text.split(',')[0]))") == []
    assert watching.inside("ls", "in").split() == ["absolute.txt", "plate.txt"]


def test_one_person_watches_in_tabs_another_by_a_ticket_of_their_own_and_all_until_the_stop(
    watching: Watching, studio: Studio
) -> None:
    browser = watching.browser
    own = browser.tell("open", url=stream_url(studio, watching.session_id))
    assert own["milliseconds"] is not None
    mia = named_person(studio, "mia")
    with pytest.raises(ClientError, match="AccessDenied"):
        stream_url(studio, watching.session_id, mia)
    let_watch(studio, "mia")
    with Browser() as other:
        hers = other.tell("open", url=stream_url(studio, watching.session_id, mia))
        assert hers["milliseconds"] is not None
        assert hers["address"] != own["address"]

        seen = [(browser, 0), (browser, 1), (other, 0)]
        before = [each.tell("pictures", page=page) for each, page in seen]
        browser.tell("type", text="clear; seq 50\n")
        for (each, page), earlier in zip(seen, before, strict=True):
            wait_until(lambda: each.tell("pictures", page=page) > earlier, 20, what="a picture of what was typed")  # noqa: B023

        assert browser.tell("forge", page=1)
        assert other.tell("forge")
        client = studio.client()
        studio.stop_session(client, watching.session_id)
        for each, page in seen[1:]:
            ended = wait_until(lambda: each.tell("evaluate", expression="raw.closed", page=page), 20, what="the end")  # noqa: B023
            assert ended[0] in (1001, 4000), "neither of Greenroom's nor of the desktop that says first that it ends"
        assert browser.tell("troubles") == []
