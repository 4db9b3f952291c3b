"""Where events are told of beside the feed, as the settings say."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from greenroom.access.secret_box import load_or_create_key
from greenroom.control.mail import Mail, MailServer
from greenroom.control.notices import Target
from greenroom.control.webhooks import Webhook
from greenroom.server.settings import Settings, SettingsError

MAIL = "mail"
WEBHOOK = "webhook"
EVERYTHING = ("*",)


def targets_of(settings: Settings, clock: Callable[[], datetime]) -> Mapping[str, Target]:
    """Every target by its name. Raises SettingsError where settings do not go together."""
    targets: dict[str, Target] = {}
    if unknown := sorted(set(settings.webhook_events) - set(settings.webhooks)):
        raise SettingsError(f"The setting webhook_events names {unknown[0]!r}, which is none of webhooks. Correct it.")
    if settings.webhooks:
        secret = webhook_secret(settings.webhook_secret_file)
        for name, url in settings.webhooks.items():
            patterns = settings.webhook_events.get(name, EVERYTHING)
            targets[f"{WEBHOOK} {name}"] = Webhook(url, secret, patterns, clock)
    if settings.mail_server:
        if not settings.mail_to or not settings.mail_from:
            raise SettingsError("The setting mail_server is of no use without mail_from and mail_to. Set them.")
        targets[MAIL] = Mail(
            _mail_server(settings),
            sender=settings.mail_from,
            recipients=settings.mail_to,
            patterns=settings.mail_events,
        )
    return targets


def webhook_secret(file: Path) -> bytes:
    """The text of the file, which webhooks are signed with; a new one where there is no file. Raises SecretBoxError."""
    load_or_create_key(file)
    return file.read_bytes().strip()


def _mail_server(settings: Settings) -> MailServer:
    host, _, port = settings.mail_server.rpartition(":")
    password = ""
    if settings.mail_password_file is not None:
        try:
            password = settings.mail_password_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingsError(f"The setting mail_password_file cannot be read: {error}.") from error
    return MailServer(
        host=host.strip("[]"),
        port=int(port),
        security=settings.mail_security,
        user=settings.mail_user,
        password=password,
    )
