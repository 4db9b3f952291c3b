"""TLS: a real server with certificates that the tests make, renewed under its feet, and doors that stay shut."""

import signal
import socket
import ssl
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from tests.running import GREENROOM, Studio
from tests.server.raw import Request, ask
from tests.server.signing import Signer
from tests.server.simulated import copied, serving
from tests.support import wait_until

from greenroom.portal.routes import POLICY as PORTAL_POLICY
from greenroom.server.headers import STRICT_POLICY
from greenroom.server.settings import Settings
from greenroom.server.tls import Certificate, TlsError, certificate_of, refuse_open_door


def make_certificate(folder: Path, name: str, passphrase: bytes | None = None) -> tuple[Path, Path]:
    """A self-signed certificate for this machine's own address, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder.mkdir(exist_ok=True)
    certificate_file, key_file = folder / "cert.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if passphrase:
        encryption = serialization.BestAvailableEncryption(passphrase)
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption))
    return certificate_file, key_file


def shown_certificate(endpoint: str) -> str:
    """The name in the certificate that the server shows to a new connection."""
    address = urlsplit(endpoint)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with (
        socket.create_connection((address.hostname, address.port), timeout=10) as plain,
        context.wrap_socket(plain) as connection,
    ):
        shown = connection.getpeercert(binary_form=True)
    assert shown is not None
    return x509.load_der_x509_certificate(shown).subject.rfc4514_string()


def test_a_server_with_a_certificate_serves_the_api_and_renews_it_on_sighup(founded: Studio, tmp_path: Path) -> None:
    pem = tmp_path / "pem"
    certificate, key = make_certificate(pem, "first")
    studio = copied(founded, tmp_path / "data", GREENROOM_TLS_CERT=str(certificate), GREENROOM_TLS_KEY=str(key))
    with serving(studio):
        assert studio.endpoint.startswith("https://")
        trust = ssl.create_default_context(cafile=certificate)
        request = Signer.of(studio).sign(Request(f"/2020-08-01/studios/{quote(studio.studio_id, safe='')}"))
        with httpx.Client(verify=trust, trust_env=False) as http:
            answer = http.get(studio.endpoint + request.target, headers=list(request.headers))
            assert answer.status_code == 200, answer.text
            page = http.get(studio.endpoint + "/healthz")
        assert page.headers["strict-transport-security"].startswith("max-age=")
        listed = studio.command("backup", "list", "--data", str(studio.data), "--json")
        assert listed.stdout.strip() == b"[]"
        assert studio.process is not None
        make_certificate(pem, "second")
        studio.process.send_signal(signal.SIGHUP)
        wait_until(lambda: shown_certificate(studio.endpoint) == "CN=second", what="the new certificate")
        certificate.write_text("nonsense")
        studio.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "certificate-kept" in studio.log, what="a line that says why not")
        assert shown_certificate(studio.endpoint) == "CN=second"


def test_sighup_does_not_end_a_server_without_a_certificate(founded: Studio, tmp_path: Path) -> None:
    with serving(copied(founded, tmp_path / "data")) as studio:
        assert studio.process is not None
        studio.process.send_signal(signal.SIGHUP)
        wait_until(lambda: "nothing-to-reload" in studio.log, what="the line in the log")
        assert ask(studio.endpoint, Request("/healthz", headers=(("Host", "x"),))).status == 200


def test_a_server_refuses_other_machines_without_tls(founded: Studio, tmp_path: Path) -> None:
    studio = copied(founded, tmp_path / "data")
    done = subprocess.run(
        [GREENROOM, "serve", "--data", studio.data, "--host", "0.0.0.0", "--port", "0"],  # noqa: S104
        env=studio.environ,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert b"Refusing to listen on 0.0.0.0 without TLS" in done.stderr
    assert b"--tls-cert" in done.stderr


def load(**environ: str) -> Settings:
    return Settings.load(Path("/nowhere"), {f"GREENROOM_{name.upper()}": value for name, value in environ.items()})


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.1", "::1"])
def test_this_machine_itself_needs_no_tls(address: str) -> None:
    refuse_open_door(load(), address)


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.1.2", "2001:db8::1"])  # noqa: S104
def test_any_other_address_needs_tls_or_a_word(address: str) -> None:
    with pytest.raises(TlsError, match="--insecure"):
        refuse_open_door(load(), address)
    refuse_open_door(load(insecure="yes"), address)
    refuse_open_door(load(tls_cert="/c", tls_key="/k"), address)


@pytest.mark.parametrize(
    "environ",
    [{"tls_cert": "/c"}, {"tls_key": "/k"}],
)
def test_a_certificate_needs_its_key(environ: Mapping[str, str]) -> None:
    with pytest.raises(TlsError, match="TLS needs both"):
        certificate_of(load(**environ))


def test_what_is_no_pair_is_refused_with_both_files_named(tmp_path: Path) -> None:
    certificate, _ = make_certificate(tmp_path / "a", "a")
    _, other = make_certificate(tmp_path / "b", "b")
    with pytest.raises(TlsError, match=r"a/cert\.pem and .*b/key\.pem are no certificate and its key"):
        Certificate(certificate, other)
    with pytest.raises(TlsError, match="there is no such file"):
        Certificate(certificate, tmp_path / "none.pem")


def test_a_key_with_a_passphrase_is_refused_instead_of_asked_for(tmp_path: Path) -> None:
    with pytest.raises(TlsError, match="without a passphrase"):
        Certificate(*make_certificate(tmp_path / "a", "a", passphrase=b"sesame"))


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/nowhere"])
def test_every_page_tells_the_browser_to_do_no_more_with_it(studio: Studio, path: str) -> None:
    answer = ask(studio.endpoint, Request(path, headers=(("Host", "x"),)))
    is_portal = b"<html" in answer.body
    assert answer.header("content-security-policy") == (PORTAL_POLICY if is_portal else STRICT_POLICY)
    assert is_portal <= (path in ("/", "/nowhere"))
    assert answer.header("x-content-type-options") == "nosniff"
    assert answer.header("referrer-policy") == "no-referrer"
    assert answer.header("x-frame-options") == "DENY"
    assert answer.header("strict-transport-security") is None
