"""Where a request comes from: what the connection says, and whose word on it is taken."""

from ipaddress import ip_network

import pytest

from greenroom.access.origin import Origin
from greenroom.server.origins import Origins

PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]


def origin(peer: str | None, *headers: tuple[str, str], scheme: str = "http", trusted: bool = True) -> Origin:
    scope = {
        "client": (peer, 4711) if peer else None,
        "scheme": scheme,
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in headers],
    }
    return Origins("us-west-2", PROXIES if trusted else ()).of(scope)


def test_without_a_proxy_the_connection_alone_is_believed() -> None:
    found = origin("203.0.113.7", ("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https"), trusted=False)
    assert (found.source_ip, found.secure_transport) == ("203.0.113.7", False)


def test_a_stranger_cannot_choose_an_address_by_a_header() -> None:
    found = origin("203.0.113.7", ("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https"))
    assert (found.source_ip, found.secure_transport) == ("203.0.113.7", False)


def test_this_machine_itself_is_no_proxy_unless_it_is_named() -> None:
    assert origin("127.0.0.1", ("x-forwarded-for", "192.0.2.1")).source_ip == "127.0.0.1"


def test_a_trusted_proxy_tells_the_caller_and_its_transport() -> None:
    found = origin("10.1.2.3", ("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https"))
    assert (found.source_ip, found.secure_transport) == ("192.0.2.1", True)


@pytest.mark.parametrize(
    ("forwarded", "caller"),
    [
        (["192.0.2.66, 192.0.2.1"], "192.0.2.1"),
        (["192.0.2.66, 192.0.2.1, 10.9.9.9"], "192.0.2.1"),
        (["192.0.2.66", "192.0.2.1"], "192.0.2.1"),
        (["10.5.5.5"], "10.5.5.5"),
        (["nonsense"], "10.1.2.3"),
        (["192.0.2.1, nonsense"], "10.1.2.3"),
        ([""], "10.1.2.3"),
        (["[2001:db8::1]"], "2001:db8::1"),
        (["::ffff:192.0.2.1"], "192.0.2.1"),
    ],
)
def test_of_a_chain_the_last_address_that_is_no_proxy_is_the_caller(forwarded: list[str], caller: str) -> None:
    assert origin("10.1.2.3", *(("x-forwarded-for", value) for value in forwarded)).source_ip == caller


def test_a_proxy_on_an_ipv6_socket_is_known_by_its_ipv4_address() -> None:
    assert origin("::ffff:10.1.2.3", ("x-forwarded-for", "192.0.2.1")).source_ip == "192.0.2.1"


def test_the_agent_is_cut_and_what_is_unknown_has_no_key() -> None:
    found = origin(None, ("user-agent", "x" * 5000), scheme="https")
    assert len(found.user_agent) == 512
    keys = found.condition_keys()
    assert keys["aws:SecureTransport"] == "true"
    assert keys["aws:RequestedRegion"] == "us-west-2"
    assert "aws:SourceIp" not in keys
    assert "aws:UserAgent" not in origin(None).condition_keys()
