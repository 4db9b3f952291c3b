"""Which targets the settings make."""

import hashlib
import hmac
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from queue import Queue

import pytest
from tests.running import Studio
from tests.server.simulated import copied, serving
from tests.support import Clock

from greenroom.control.mail import Mail
from greenroom.control.webhooks import Webhook
from greenroom.server.notices import targets_of, webhook_secret
from greenroom.server.settings import Settings, SettingsError

MAIL = {"mail_server": "mail.example.com:587", "mail_from": "g@example.com", "mail_to": "a@example.com"}


def settings(folder: Path, **given: str) -> Settings:
    return Settings.load(folder, {f"GREENROOM_{name.upper()}": value for name, value in given.items()})


def test_without_settings_nobody_is_told_and_no_secret_is_made(tmp_path: Path, clock: Clock) -> None:
    assert targets_of(settings(tmp_path), clock) == {}
    assert list(tmp_path.iterdir()) == []


def test_each_webhook_and_the_mail_is_a_target_with_its_types(tmp_path: Path, clock: Clock) -> None:
    hooks = {
        "webhooks": "ops=https://a.example/x,chat=https://b.example/y?z=1",
        "webhook_events": "ops=*-failed|vault.*",
    }
    targets = targets_of(settings(tmp_path, **hooks, **MAIL), clock)
    assert {name: (type(target), tuple(target.patterns)) for name, target in targets.items()} == {
        "webhook ops": (Webhook, ("*-failed", "vault.*")),
        "webhook chat": (Webhook, ("*",)),
        "mail": (Mail, ("*-failed", "vault.*")),
    }
    file = tmp_path / "webhook-secret"
    assert file.stat().st_mode & 0o777 == 0o600
    assert webhook_secret(file) == file.read_bytes().strip()


@pytest.mark.parametrize(
    "given",
    [
        {"webhook_events": "ops=*"},
        {"webhooks": "ops=ftp://a.example"},
        {"webhooks": "ops=https://a.example", "webhook_events": "ops=Backup Ready"},
        {"mail_server": "mail.example.com:587"},
        {"mail_server": "mail.example.com"},
        {**MAIL, "mail_to": "nobody"},
        {**MAIL, "mail_password_file": "missing"},
    ],
)
def test_settings_that_cannot_work_are_refused(tmp_path: Path, clock: Clock, given: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        targets_of(settings(tmp_path, **given), clock)


def test_what_is_shown_of_an_address_gives_nobody_the_right_to_use_it(tmp_path: Path) -> None:
    shown = {s.name: text for s, text, _ in settings(tmp_path, webhooks="a=https://h.example/secret").shown()}
    assert shown["webhooks"] == "a=https://h.example/***"


def test_a_server_posts_what_happens(founded: Studio, tmp_path: Path) -> None:
    posted: Queue[tuple[str, str, bytes]] = Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            posted.put((self.headers["x-greenroom-timestamp"], self.headers["x-greenroom-signature"], body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Nothing."""

    receiver = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=receiver.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        hook = f"ops=http://127.0.0.1:{receiver.server_address[1]}/"
        studio = copied(
            founded, tmp_path / "data", GREENROOM_WEBHOOKS=hook, GREENROOM_WEBHOOK_EVENTS="ops=session.ready"
        )
        with serving(studio):
            studio.create_session(studio.client())
            timestamp, signature, body = posted.get(timeout=20)
        secret = (studio.data / "webhook-secret").read_bytes().strip()
        assert signature == f"v1={hmac.new(secret, f'{timestamp}.'.encode() + body, hashlib.sha256).hexdigest()}"
        assert b'"type":"session.ready"' in body
    finally:
        receiver.shutdown()
        receiver.server_close()
        thread.join()
