"""The door to streams: tickets, cookies, refusals, and what passes through it."""

import gzip
import time
from datetime import timedelta

import httpx
import pytest
from tests.api.calling import IDENTITY_STORE
from tests.records import STUDIO_ID
from tests.streaming.conftest import Door
from tests.support import wait_until
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from greenroom.streaming import app, client
from greenroom.streaming.relay import LARGEST_MESSAGE
from greenroom.studio.launch_profiles import SessionStorage
from greenroom.studio.status import SessionState
from greenroom.wire import open_streams, roles, shapes
from greenroom.wire import people as wire

TRUST_THE_ACCOUNT = (
    '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}}'
)
BIG = 1024 * 1024


def said(browser: ClientConnection, message: str | bytes) -> str | bytes:
    browser.send(message)
    return browser.recv(10)


def closing(browser: ClientConnection) -> tuple[int, str]:
    """The code and reason with which the stream ends."""
    try:
        while True:
            browser.recv(10)
    except ConnectionClosed as closed:
        return (closed.rcvd.code, closed.rcvd.reason) if closed.rcvd else (1006, "")


def refusal(door: Door, stream_id: str, cookie: str | None, **more: str | None) -> httpx.Response:
    """How an upgrade is refused."""
    with pytest.raises(InvalidStatus) as refused:
        door.watch(stream_id, cookie, **more)  # type: ignore[arg-type]
    response = refused.value.response
    return httpx.Response(response.status_code, text=bytes(response.body or b"").decode())


def set_status(door: Door, status: wire.Status) -> None:
    door.api.call(wire.UpdateUserRequest(user_name="artist", status=status), wire.UpdateUserResponse)


class TestTickets:
    def test_one_is_traded_for_a_cookie_of_that_stream_alone(self, door: Door) -> None:
        stream_id = door.stream()
        answer = door.get(door.url(stream_id))
        assert (answer.status_code, answer.headers["location"]) == (303, f"/streams/{stream_id}/{client.SWITCHES}")
        parts = [part.strip() for part in answer.headers["set-cookie"].lower().split(";")]
        assert {f"path=/streams/{stream_id}/".lower(), "httponly", "samesite=lax"} <= set(parts)
        page = door.get(f"{door.endpoint}/streams/{stream_id}/", door_cookie(answer))
        assert page.status_code == 200
        assert "<title>Greenroom</title>" in page.text

    def test_one_that_was_used_opens_nothing_for_somebody_else(self, door: Door) -> None:
        stream_id = door.stream()
        cookie = door.cookie(stream_id)
        again = door.get(door.url(stream_id))
        assert (again.status_code, "set-cookie" in again.headers) == (403, False)
        assert "was used before" in again.text
        assert door.get(door.url(stream_id), cookie).status_code == 303

    def test_one_that_is_forged_foreign_or_late_opens_nothing(self, door: Door) -> None:
        one, other = door.stream(), door.stream()
        foreign = door.url(other).replace(other, one)
        for url in (f"{door.endpoint}/streams/{one}/?ticket=", f"{door.endpoint}/streams/{one}/?ticket=é", foreign):
            assert door.get(url).status_code == 403
        door.api.clock.advance(timedelta(minutes=3))
        assert door.get(door.url(one)).status_code == 403

    def test_a_look_at_a_link_does_not_use_it_up(self, door: Door) -> None:
        stream_id = door.stream()
        assert door.get(door.url(stream_id), method="HEAD").status_code == 405
        assert door.get(door.url(stream_id)).status_code == 303

    def test_a_link_without_its_last_stroke_leads_to_the_stream(self, door: Door) -> None:
        stream_id = door.stream()
        answer = door.get(door.url(stream_id).replace("/?", "?"))
        assert (answer.status_code, answer.headers["location"].split("=")[0]) == (308, f"/streams/{stream_id}/?ticket")


def door_cookie(answer: httpx.Response) -> str:
    return answer.headers["set-cookie"].split(";")[0]


class TestRefusals:
    def test_a_page_without_the_cookie_says_so(self, door: Door) -> None:
        one, other = door.stream(), door.stream()
        cookie = door.cookie(one)
        for stream_id, shown in ((one, None), (one, "greenroom-stream=forged"), (other, cookie), ("unknown", cookie)):
            answer = door.get(f"{door.endpoint}/streams/{stream_id}/", shown)
            assert answer.status_code == 403
            assert "not opened in this browser" in answer.text

    def test_an_upgrade_without_the_cookie_or_from_elsewhere_is_refused(self, door: Door) -> None:
        stream_id = door.stream()
        cookie = door.cookie(stream_id)
        assert "not opened in this browser" in refusal(door, stream_id, None).text
        assert "its own page only" in refusal(door, stream_id, cookie, origin="https://evil.example").text
        assert "its own page only" in refusal(door, stream_id, cookie, origin=None).text
        assert refusal(door, stream_id, cookie, path="api/webrtc/signaling").status_code == 404
        assert door.engine.opened == 0

    def test_a_stream_of_a_stopped_session_says_so(self, door: Door) -> None:
        stream_id = door.stream()
        cookie = door.cookie(stream_id)
        door.change_session(state=SessionState.STOPPED)
        assert "does not run" in door.get(f"{door.endpoint}/streams/{stream_id}/", cookie).text
        assert "does not run" in refusal(door, stream_id, cookie).text

    def test_a_stream_made_before_the_last_start_opens_nothing(self, door: Door) -> None:
        stream_id = door.stream()
        cookie = door.cookie(stream_id)
        door.change_session(started_at=door.api.clock.advance(seconds=1))
        assert refusal(door, stream_id, cookie).status_code == 403

    def test_a_session_without_a_desktop_says_why(self, door: Door) -> None:
        stream_id = door.stream()
        door.engine.fails = "session x has no desktop"
        refused = refusal(door, stream_id, door.cookie(stream_id))
        assert (refused.status_code, "has no desktop" in refused.text) == (502, True)

    def test_what_speaks_no_websocket_is_an_error_not_a_stream(self, door: Door) -> None:
        stream_id = door.stream()
        door.engine.path = door.uploads
        assert refusal(door, stream_id, door.cookie(stream_id)).status_code == 502


class TestStreams:
    def test_messages_pass_both_ways_in_several_tabs(self, door: Door) -> None:
        stream_id = door.stream()
        cookie = door.cookie(stream_id)
        one, other = door.watch(stream_id, cookie), door.watch(stream_id, cookie)
        assert said(one, "kd,97") == "kd,97"
        assert said(other, b"\x02sound") == b"\x02sound"
        assert said(one, "kd,98") == "kd,98"

    @pytest.mark.parametrize("code", [1000, 1008, 4001])
    def test_the_sessions_code_reaches_the_browser(self, door: Door, code: int) -> None:
        stream_id = door.stream()
        browser = door.watch(stream_id, door.cookie(stream_id))
        browser.send(f"close {code}")
        assert closing(browser) == (code, "because")

    def test_the_browsers_code_reaches_the_session(self, door: Door) -> None:
        stream_id = door.stream()
        browser = door.watch(stream_id, door.cookie(stream_id))
        browser.close(4242, "bye")
        wait_until(lambda: door.desktop.closed == [4242], what="the browser's code in the session")

    def test_a_giant_message_ends_the_stream_either_way(self, door: Door) -> None:
        stream_id = door.stream()
        cookie = door.cookie(stream_id)
        giving, taking = door.watch(stream_id, cookie), door.watch(stream_id, cookie)
        # Its head is enough; sending on, the browser could miss what it is told.
        giving.socket.sendall(b"\x82\xff" + (LARGEST_MESSAGE + 1).to_bytes(8, "big") + bytes(4))
        assert closing(giving)[0] == 1009
        taking.send(f"big {LARGEST_MESSAGE + 1}")
        assert closing(taking)[0] == 1009

    def test_a_stream_ends_with_its_session(self, door: Door) -> None:
        stream_id = door.stream()
        browser = door.watch(stream_id, door.cookie(stream_id))
        door.change_session(state=SessionState.STOP_IN_PROGRESS)
        code, reason = closing(browser)
        assert (code, "has ended" in reason) == (1001, True)

    def test_whoever_is_shut_out_loses_the_stream_at_once_and_for_good(self, door: Door) -> None:
        stream_id = door.stream()
        cookie = door.cookie(stream_id)
        browser = door.watch(stream_id, cookie)
        assert said(browser, "kd,97") == "kd,97"
        set_status(door, wire.Status.INACTIVE)
        code, reason = closing(browser)
        assert (code, "was revoked" in reason) == (1001, True)
        set_status(door, wire.Status.ACTIVE)
        assert refusal(door, stream_id, cookie).status_code == 403
        again = door.stream()
        assert said(door.watch(again, door.cookie(again)), "kd,98") == "kd,98"

    @pytest.mark.parametrize("end", ["sign-out", "password"])
    def test_signing_somebody_out_ends_their_streams(self, door: Door, end: str) -> None:
        stream_id = door.stream()
        browser = door.watch(stream_id, door.cookie(stream_id))
        if end == "sign-out":
            door.api.call(wire.SignOutUserRequest(user_name="artist"), wire.SignOutUserResponse)
        else:
            door.api.call(wire.ResetUserPasswordRequest(user_name="artist"), wire.ResetUserPasswordResponse)
        assert closing(browser)[0] == 1001

    def test_a_stream_asked_for_in_the_moment_of_being_shut_out_opens_nothing(self, door: Door) -> None:
        set_status(door, wire.Status.INACTIVE)
        stream_id = door.stream()
        assert "no such stream any more" in refusal(door, stream_id, door.cookie(stream_id)).text

    def test_a_stream_that_a_role_asked_for_ends_with_the_roles_sessions(self, door: Door) -> None:
        made = door.api.call(
            roles.CreateRoleRequest(role_name="viewer", trust_policy=TRUST_THE_ACCOUNT), roles.CreateRoleResponse
        )
        stream_id = door.stream(by=f"{made.role.role_id}:night")
        browser = door.watch(stream_id, door.cookie(stream_id))
        assert said(browser, "kd,97") == "kd,97"
        door.api.clock.advance(timedelta(seconds=1))
        door.api.call(roles.EndRoleSessionsRequest(role_name="viewer"), roles.EndRoleSessionsResponse)
        assert closing(browser)[0] == 1001

    def test_a_stream_that_is_revoked_ends_alone(self, door: Door) -> None:
        one, other, unopened = door.stream(), door.stream(), door.stream()
        cookie = door.cookie(one)
        shown, going_on = door.watch(one, cookie), door.watch(other, door.cookie(other))
        for stream_id in (one, unopened):
            door.api.call(
                open_streams.RevokeStreamingSessionStreamRequest(
                    studio_id=STUDIO_ID, session_id=door.session.session_id, stream_id=stream_id
                ),
                open_streams.RevokeStreamingSessionStreamResponse,
                by=door.api.artist,
            )
        code, reason = closing(shown)
        assert (code, "was revoked" in reason) == (1001, True)
        assert "no such stream any more" in refusal(door, one, cookie).text
        assert door.get(door.url(unopened)).status_code == 403
        assert said(going_on, "kd,97") == "kd,97"

    def test_an_administrators_streams_end_with_being_one(self, door: Door) -> None:
        other = door.api.add_user("deputy")
        made = shapes.NewStudioMember(principal_id=other.principal_id, persona=shapes.StudioPersona.ADMINISTRATOR)
        door.api.call(
            shapes.PutStudioMembersRequest(studio_id=STUDIO_ID, identity_store_id=IDENTITY_STORE, members=[made]),
            shapes.PutStudioMembersResponse,
        )
        mine = door.stream(by=other.principal_id)
        browser = door.watch(mine, door.cookie(mine))
        assert said(browser, "kd,97") == "kd,97"
        door.api.call(
            shapes.DeleteStudioMemberRequest(studio_id=STUDIO_ID, principal_id=other.principal_id),
            shapes.DeleteStudioMemberResponse,
        )
        assert closing(browser)[0] == 1001

    def test_a_browser_that_does_not_read_makes_the_session_wait(self, door: Door) -> None:
        stream_id = door.stream()
        browser = door.watch(stream_id, door.cookie(stream_id))
        browser.send(f"flood {BIG}")
        last, since = 0, time.monotonic()

        def at_rest() -> bool:
            nonlocal last, since
            if door.desktop.sent != last:
                last, since = door.desktop.sent, time.monotonic()
            return last > 0 and time.monotonic() - since > 0.5

        wait_until(at_rest, 20, what="the session's wait")
        assert door.desktop.sent < 64

    def test_a_browser_that_takes_nothing_is_let_go_when_its_stream_is_over(
        self, door: Door, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(app, "GOODBYE", 0.1)
        stream_id = door.stream()
        browser = door.watch(stream_id, door.cookie(stream_id))
        browser.send(f"flood {BIG}")
        wait_until(lambda: door.desktop.sent > 2, what="a browser that has more than it takes")
        door.change_session(state=SessionState.STOP_IN_PROGRESS)
        wait_until(lambda: door.desktop.closed, what="the end of the session's side")
        wait_until(lambda: door.served() == 0, what="the end of the server's work for the browser")


class TestRules:
    def test_with_the_clipboard_off_it_passes_neither_way(self, door: Door) -> None:
        door.configure(clipboard_mode="DISABLED")
        stream_id = door.stream()
        browser = door.watch(stream_id, door.cookie(stream_id))
        for message in ("cw,YQ==", "cr", "cws,1,9", b"\x05" + gzip.compress(b"cw,YQ==")):
            browser.send(message)
        browser.send("say clipboard,YQ==")
        assert said(browser, "kd,97") == "kd,97"
        assert door.desktop.heard == ["say clipboard,YQ==", "kd,97"]

    def test_rules_that_change_end_the_stream(self, door: Door) -> None:
        stream_id = door.stream()
        browser = door.watch(stream_id, door.cookie(stream_id))
        assert said(browser, "cw,YQ==") == "cw,YQ=="
        door.configure(clipboard_mode="DISABLED")
        assert closing(browser)[0] == 1001


class TestUploads:
    def upload(self, door: Door, cookie: str, **headers: str) -> httpx.Response:
        url = f"{door.endpoint}/streams/{cookie_stream(door)}/api/upload"
        given = {"cookie": cookie, "origin": door.endpoint, "x-upload-path": "a.txt", "x-evil": "1", **headers}
        return httpx.post(url, headers=given, content=b"content", timeout=20)

    def test_without_them_in_the_profile_none_is_taken(self, door: Door) -> None:
        cookie = door.cookie(door.stream())
        refused = self.upload(door, cookie)
        assert (refused.status_code, "no uploads" in refused.text) == (403, True)
        assert door.engine.opened == 0

    def test_a_file_goes_in_and_nothing_of_the_answer_is_believed(self, door: Door) -> None:
        door.configure(session_storage=SessionStorage(mode=["UPLOAD"]))
        door.engine.path = door.uploads
        taken = self.upload(door, door.cookie(door.stream()))
        assert (taken.status_code, taken.headers["content-type"]) == (200, "application/json")
        assert "set-cookie" not in taken.headers
        assert "sandbox" in taken.headers["content-security-policy"]
        ((path, headers, body),) = door.taken
        assert (path, body) == ("/api/upload", b"content")
        assert {name.lower() for name in headers} & {"cookie", "x-evil", "origin"} == set()

    def test_one_from_another_page_or_without_a_cookie_is_refused(self, door: Door) -> None:
        door.configure(session_storage=SessionStorage(mode=["UPLOAD"]))
        cookie = door.cookie(door.stream())
        assert self.upload(door, cookie, origin="https://evil.example").status_code == 403
        assert self.upload(door, "greenroom-stream=x").status_code == 403
        assert door.taken == []


def cookie_stream(door: Door) -> str:
    return f"stream-{door.made}"


def test_what_is_neither_a_page_nor_a_file_of_the_client_is_not_there(door: Door) -> None:
    stream_id = door.stream()
    cookie = door.cookie(stream_id)
    for rest in ("api/files/", "api/screenshot", "api/sessions", "../../healthz", "nothing"):
        assert door.get(f"{door.endpoint}/streams/{stream_id}/{rest}", cookie).status_code == 404
    assert door.get(f"{door.endpoint}/streams/{stream_id}/api/switch", cookie, "POST").status_code == 405
