"""Fetching from a provider: from where, and what is taken of the answer."""

import http.server
import threading
from collections.abc import Iterator
from typing import ClassVar

import pytest

from greenroom.server.sign_in.fetching import LARGEST_ANSWER, Fetcher, ProviderUnavailableError


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers by the path that is asked for."""

    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, headers, body = {
            "/good": (200, {}, b'{"a": 1}'),
            "/elsewhere": (302, {"location": "/good"}, b""),
            "/large": (200, {}, b'"' + b"a" * LARGEST_ANSWER + b'"'),
            "/page": (200, {}, b"<html>"),
        }[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_what_is_json_is_taken(issuer: str) -> None:
    assert Fetcher(issuer).get(f"{issuer}/good") == {"a": 1}


@pytest.mark.parametrize(
    ("path", "why"),
    [("/elsewhere", "status 302"), ("/large", "more than"), ("/page", "no JSON"), ("/page\r\nx: y", "does not answer")],
)
def test_nothing_else_is_and_nobody_is_led_on(issuer: str, path: str, why: str) -> None:
    Answering.asked.clear()
    with pytest.raises(ProviderUnavailableError, match=why):
        Fetcher(issuer).get(issuer + path)
    assert "/good" not in Answering.asked[1:]


@pytest.mark.parametrize(
    "url",
    [
        "http://id.example.com/keys",
        "https://user@id.example.com/keys",
        "https:///keys",
        "https://id.example.com:0/keys",
        "https://id.example.com:99999/keys",
        "file:///etc/passwd",
        "gopher://id.example.com/",
        "//id.example.com/keys",
        "",
        None,
        7,
    ],
)
def test_what_is_no_address_of_the_web_is_not_fetched(url: object) -> None:
    with pytest.raises(ProviderUnavailableError):
        Fetcher("https://id.example.com").checked(url)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.0.0.1",
        "169.254.169.254",
        "192.168.1.1",
        "[::1]",
        "[fd00::1]",
        "[::ffff:10.0.0.1]",
        "100.64.0.1",
    ],
)
def test_an_address_within_a_network_is_fetched_from_for_the_issuer_alone(address: str) -> None:
    with pytest.raises(ProviderUnavailableError, match="within a network"):
        Fetcher("https://id.example.com").get(f"https://{address}/latest/meta-data")
