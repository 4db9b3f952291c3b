"""Notices by e-mail: one message for all that happened since the one before."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime

from greenroom.control.notices import UndeliveredError
from greenroom.studio.events import RecordedEvent

TIMEOUT_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """How messages leave."""

    host: str
    port: int
    security: str = "starttls"
    """`starttls`, `tls` or `none`. With the first, a server that does not offer it is not given the message."""
    user: str = ""
    password: str = field(default="", repr=False)
    context: ssl.SSLContext | None = None
    """Whose certificates are trusted; None: the system's."""


class Mail:
    """People who are written to."""

    batch = 50

    def __init__(self, server: MailServer, *, sender: str, recipients: Sequence[str], patterns: Sequence[str]) -> None:
        self.patterns = patterns
        self._server = server
        self._sender = sender
        self._recipients = recipients

    def deliver(self, told: Sequence[RecordedEvent]) -> None:
        """See Target.deliver; the mail server has it, what becomes of it is the mail's own business."""
        try:
            with self._connected() as smtp:
                smtp.send_message(self._message(told))
        except (OSError, smtplib.SMTPException) as error:
            raise UndeliveredError(f"the mail server did not take it: {_shown(error)}") from error

    def _connected(self) -> smtplib.SMTP:
        server = self._server
        context = server.context or ssl.create_default_context()
        smtp: smtplib.SMTP
        if server.security == "tls":
            smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
        try:
            if server.security == "starttls":
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _message(self, told: Sequence[RecordedEvent]) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._sender
        message["To"] = ", ".join(self._recipients)
        more = f" and {len(told) - 1} more" if len(told) > 1 else ""
        message["Subject"] = f"Greenroom: {told[0].type}{more}"
        message["Date"] = format_datetime(told[-1].recorded_at)
        # The same when it is sent again because nobody knows whether it arrived.
        message["Message-ID"] = f"<{told[0].event_id}-{told[-1].event_id}@greenroom.invalid>"
        # Nobody's automatic answer is wanted.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content("\n\n".join(map(paragraph, told)) + "\n")
        return message


def paragraph(event: RecordedEvent) -> str:
    """The event in words."""
    lines = [f"{event.recorded_at:%Y-%m-%d %H:%M:%S} UTC  {event.type}"]
    if event.message:
        lines.append(f"  {event.message}")
    named = (("session", event.session_id), ("backup", event.backup_id), ("owner", event.owned_by))
    lines.extend(f"  {name}: {value}" for name, value in named if value)
    return "\n".join(lines)


def _shown(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return "it refused the recipients"
    return " ".join(str(error).split())[:300] or type(error).__name__
