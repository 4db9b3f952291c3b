"""Mail against a real SMTP server: what arrives, and that nothing leaves unencrypted that should not."""

import socket
import ssl
import subprocess
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from tests.support import Clock, require

from greenroom.control.mail import Mail, MailServer
from greenroom.control.notices import UndeliveredError
from greenroom.studio.events import RecordedEvent


class Box:
    """Every message that came, and the names and passwords that were given."""

    def __init__(self) -> None:
        self.messages: list[Any] = []
        self.recipients: list[list[str]] = []

    async def handle_DATA(  # noqa: N802  as aiosmtpd calls it
        self, _server: object, _session: object, envelope: Any
    ) -> str:
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        self.recipients.append(envelope.rcpt_tos)
        return "250 OK"


def free_port() -> int:
    """A port that nobody listens on: aiosmtpd cannot choose one itself."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A PEM file with a key and a certificate for 127.0.0.1."""
    openssl, folder = require("openssl"), tmp_path_factory.mktemp("certificate")
    options = [
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
        "-subj",
        "/CN=localhost",
    ]
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key", "-out", folder / "certificate"]
    subprocess.run([openssl, *options, *names], check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_bytes((folder / "key").read_bytes() + (folder / "certificate").read_bytes())
    return both


@pytest.fixture
def served(certificate: Path) -> Iterator[tuple[Box, MailServer]]:
    """A mail server that offers STARTTLS and takes nothing without it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port(), tls_context=context, require_starttls=True)
    controller.start()
    port = controller.port
    yield box, MailServer(host="127.0.0.1", port=port, context=ssl.create_default_context(cafile=str(certificate)))
    controller.stop()


def events(clock: Clock, count: int = 1) -> list[RecordedEvent]:
    return [
        RecordedEvent(
            type="backup.create-failed",
            event_id=number,
            recorded_at=clock(),
            backup_id=f"backup-{number}",
            message="No snapshot could be made: the disk is full. Größe 0",
        )
        for number in range(1, count + 1)
    ]


def mail(server: MailServer) -> Mail:
    return Mail(server, sender="greenroom@example.com", recipients=("a@example.com", "b@example.com"), patterns=("*",))


def test_all_that_happened_is_one_message_over_tls(served: tuple[Box, MailServer], clock: Clock) -> None:
    box, server = served
    mail(server).deliver(events(clock, 3))
    (message,) = box.messages
    assert box.recipients == [["a@example.com", "b@example.com"]]
    assert message["Subject"] == "Greenroom: backup.create-failed and 2 more"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] == "<1-3@greenroom.invalid>"
    text = message.get_content()
    assert "Größe 0" in text
    assert text.count("backup: backup-") == 3


def test_a_certificate_that_is_not_trusted_gets_no_message(served: tuple[Box, MailServer], clock: Clock) -> None:
    box, server = served
    stranger = MailServer(host=server.host, port=server.port)
    with pytest.raises(UndeliveredError, match="certificate"):
        mail(stranger).deliver(events(clock))
    assert box.messages == []


def test_a_server_without_starttls_gets_no_message_unless_that_is_asked_for(clock: Clock) -> None:
    box = Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        port = controller.port
        with pytest.raises(UndeliveredError, match="STARTTLS"):
            mail(MailServer(host="127.0.0.1", port=port)).deliver(events(clock))
        assert box.messages == []
        mail(MailServer(host="127.0.0.1", port=port, security="none")).deliver(events(clock))
        assert len(box.messages) == 1
    finally:
        controller.stop()


def test_a_server_that_is_away_is_a_failure(clock: Clock) -> None:
    with pytest.raises(UndeliveredError, match="refused"):
        mail(MailServer(host="127.0.0.1", port=9)).deliver(events(clock))
