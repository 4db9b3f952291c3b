"""The cookie of a sign-in: its name, and what the browser is told to do with it."""

from datetime import timedelta

import pytest
from starlette.requests import Request
from starlette.responses import Response

from greenroom.server.sign_in import cookie


def request(header: str) -> Request:
    return Request({"type": "http", "headers": [(b"cookie", header.encode())]})


def told(response: Response) -> tuple[str, set[str]]:
    pair, *attributes = response.headers["set-cookie"].split("; ")
    return pair, set(attributes)


@pytest.mark.parametrize("secure", [False, True])
def test_it_is_this_hosts_alone_and_no_scripts(secure: bool) -> None:
    response = Response()
    cookie.put(response, "token", secure=secure, lifetime=timedelta(hours=8))
    pair, attributes = told(response)
    assert attributes >= {"HttpOnly", "SameSite=strict", "Path=/", "Max-Age=28800"}
    assert not any(each.startswith("Domain") for each in attributes)
    assert ("Secure" in attributes) is secure
    assert pair == ("__Host-greenroom-sign-in=token" if secure else "greenroom-sign-in=token")
    assert cookie.read(request(pair), secure=secure) == "token"


def test_under_tls_a_cookie_that_a_neighbour_could_have_set_is_not_read() -> None:
    assert cookie.read(request("greenroom-sign-in=planted"), secure=True) is None


@pytest.mark.parametrize("secure", [False, True])
def test_it_is_forgotten_where_it_was_put(secure: bool) -> None:
    response = Response()
    cookie.remove(response, secure=secure)
    pair, attributes = told(response)
    assert pair == ('__Host-greenroom-sign-in=""' if secure else 'greenroom-sign-in=""')
    assert {"Max-Age=0", "Path=/"} <= attributes
    assert ("Secure" in attributes) is secure
