"""TLS: the server's certificate, taken anew on SIGHUP, and no open door by mistake."""

import signal
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from types import FrameType

import structlog

from greenroom.server.settings import Settings

log = structlog.get_logger("greenroom.tls")


class TlsError(Exception):
    """The server cannot listen as it is told to; the text says why and what to do."""


class Certificate:
    """A certificate with its chain, and its key, in PEM files."""

    def __init__(self, certificate: Path, key: Path) -> None:
        """Raises TlsError where the files are not such a pair."""
        self._certificate = certificate
        self._key = key
        self.context = self._loaded()
        """For the server: TLS 1.2 and later."""

    def reload(self) -> None:
        """Take what the files hold now for connections from here on. Raises TlsError, and keeps the old then."""
        self._loaded()
        _load(self.context, self._certificate, self._key)

    def _loaded(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        _load(context, self._certificate, self._key)
        return context


def certificate_of(settings: Settings) -> Certificate | None:
    """The certificate that the settings name; None where they name none. Raises TlsError."""
    if settings.tls_cert is None and settings.tls_key is None:
        return None
    if settings.tls_cert is None or settings.tls_key is None:
        missing, there = ("tls_cert", "tls_key") if settings.tls_cert is None else ("tls_key", "tls_cert")
        raise TlsError(f"The setting {there} is given and {missing} is not: TLS needs both.")
    return Certificate(settings.tls_cert, settings.tls_key)


def refuse_open_door(settings: Settings, address: str) -> None:
    """Raises TlsError where keys and desktops would go over a network in the clear without anybody having said so."""
    if settings.tls_cert is not None or settings.insecure == "yes" or ip_address(address).is_loopback:
        return
    raise TlsError(
        f"Refusing to listen on {settings.host} without TLS: whoever is on that network could read along. Give "
        "--tls-cert and --tls-key; or, where a proxy in front does TLS, say --insecure and set trusted_proxies."
    )


@contextmanager
def reloading(certificate: Certificate | None) -> Iterator[None]:
    """While this lasts, SIGHUP takes the certificate anew; without one it does nothing, and above all ends nothing."""

    def reload(_number: int, _frame: FrameType | None) -> None:
        if certificate is None:
            log.info("nothing-to-reload")
            return
        try:
            certificate.reload()
        except TlsError as error:
            log.error("certificate-kept", error=str(error))  # noqa: TRY400  the text says all
        else:
            log.info("certificate-reloaded")

    before = signal.signal(signal.SIGHUP, reload)
    try:
        yield
    finally:
        signal.signal(signal.SIGHUP, before)


def _load(context: ssl.SSLContext, certificate: Path, key: Path) -> None:
    for file in (certificate, key):
        if not file.is_file():
            raise TlsError(f"{file}: there is no such file, and TLS needs it.")
    try:
        context.load_cert_chain(certificate, key, password=_no_passphrase)
    except (ssl.SSLError, OSError, ValueError) as error:
        reason = error.reason if isinstance(error, ssl.SSLError) else getattr(error, "strerror", None) or error
        raise TlsError(
            f"{certificate} and {key} are no certificate and its key, both in PEM and the key without a passphrase "
            f"({reason})."
        ) from error


def _no_passphrase() -> str:
    # Without this OpenSSL would ask on the terminal, and the server would wait there for ever.
    raise ValueError("the key has a passphrase")
