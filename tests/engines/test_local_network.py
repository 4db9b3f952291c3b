"""What a session reaches where it may reach other machines: never the machine that it runs on."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import IPv4Network
from pathlib import Path

import pytest
from tests.engines.sessions import Place, processes_of
from tests.support import require, unavailable, wait_until

from greenroom.engines.base import SessionSpec
from greenroom.engines.shim import network


@pytest.fixture
def spec(local: Place) -> SessionSpec:
    """A session that may reach other machines."""
    require(network.PROGRAM)
    if not network.TUN.exists():
        unavailable(f"{network.TUN} is not there")
    return local.started(outbound=True)


def test_there_is_a_way_out_and_a_name_server(local: Place, spec: SessionSpec) -> None:
    interfaces = [line.split(":")[0].strip() for line in local.shell(spec, "cat /proc/net/dev").splitlines()[2:]]
    assert sorted(interfaces) == ["lo", "tap0"]
    routes = local.shell(spec, "cat /proc/net/route").splitlines()
    assert any(line.split()[:2] == ["tap0", "00000000"] for line in routes)
    server = network.name_server(network.host_addresses())
    if Path("/etc/resolv.conf").is_file():
        assert local.shell(spec, "cat /etc/resolv.conf") == f"nameserver {server}"


@pytest.mark.parametrize("address", ["gateway", "host", "loopback"])
def test_the_machine_itself_is_not_reached(local: Place, spec: SessionSpec, address: str) -> None:
    """As the control plane would be, on every address that the machine has."""
    gateway = str(network.range_for(network.host_addresses())[2])
    own = [each for each in network.host_addresses() if not each.startswith("127.")]
    addresses = {"gateway": [gateway], "host": own, "loopback": ["127.0.0.1", "127.0.1.1"]}[address]
    with socket.create_server(("0.0.0.0", 0)) as server:  # noqa: S104  every address is what is tried
        server.settimeout(0.2)
        port = server.getsockname()[1]
        for each in addresses:
            assert local.run(spec, "timeout", "3", "bash", "-c", f"exec 3<>/dev/tcp/{each}/{port}").status != 0, each
        with pytest.raises(TimeoutError):
            server.accept()


def test_link_local_addresses_are_not_reached(local: Place, spec: SessionSpec) -> None:
    said = local.run(spec, "timeout", "3", "bash", "-c", "exec 3<>/dev/tcp/169.254.169.254/80")
    assert "unreachable" in said.errors.lower() or "no route" in said.errors.lower()


def test_nobody_inside_changes_the_ways(local: Place, spec: SessionSpec) -> None:
    if not Path("/sbin/ip").exists():
        unavailable("iproute2 is not installed")
    assert local.run(spec, "/sbin/ip", "route", "flush", "table", "main").status != 0


def test_the_way_out_ends_with_the_session(local: Place, spec: SessionSpec) -> None:
    local.engine.stop(spec.session_id, 0)
    if os.geteuid() == 0:
        wait_until(lambda: not processes_of(spec.uid), what="the end of slirp4netns")


@pytest.fixture
def other_machine() -> Iterator[str]:
    """A network namespace that stands for another machine, with a server on port 4242; its address."""
    if os.geteuid() != 0:
        pytest.skip("only root makes another machine")
    require("ip", Path("/sbin"))
    name, address = f"greenroom-{os.getpid()}", "198.18.77.2"
    commands = (
        f"ip netns add {name}",
        f"ip link add gr{os.getpid() % 10_000} type veth peer name other netns {name}",
        f"ip addr add 198.18.77.1/30 dev gr{os.getpid() % 10_000}",
        f"ip link set gr{os.getpid() % 10_000} up",
        f"ip -n {name} addr add {address}/30 dev other",
        f"ip -n {name} link set other up",
    )
    serving = (
        "import socket\nserver = socket.create_server(('198.18.77.2', 4242))\nprint('ready', flush=True)\n"
        "while True:\n    one, _ = server.accept()\n    one.sendall(b'hello\\n')\n    one.close()\n"
    )
    made = [subprocess.run(command.split(), capture_output=True, check=False).returncode for command in commands]
    try:
        if any(made):
            unavailable("this kernel makes no network of two machines")
        with subprocess.Popen(
            ["ip", "netns", "exec", name, sys.executable, "-c", serving], stdout=subprocess.PIPE
        ) as server:
            try:
                assert server.stdout is not None
                assert server.stdout.readline() == b"ready\n"
                yield address
            finally:
                server.kill()
    finally:
        subprocess.run(["ip", "netns", "delete", name], capture_output=True, check=False)


@pytest.mark.serial
def test_another_machine_is_reached_and_this_ones_address_beside_it_is_not(local: Place, other_machine: str) -> None:
    require(network.PROGRAM)
    spec = local.started(outbound=True)
    assert local.shell(spec, f"timeout 5 bash -c 'cat < /dev/tcp/{other_machine}/4242'") == "hello"
    with socket.create_server(("198.18.77.1", 4242)):
        assert local.run(spec, "timeout", "3", "bash", "-c", "exec 3<>/dev/tcp/198.18.77.1/4242").status != 0


def test_a_range_that_the_host_has_an_address_in_is_not_used() -> None:
    first = network.range_for([])
    assert network.range_for([str(first[9])]) != first
    assert isinstance(first, IPv4Network)
    with pytest.raises(network.NetworkError):
        network.range_for(["100.126.213.1", "10.213.126.1", "192.168.213.1"])


def test_the_hosts_own_addresses_are_read_from_the_kernel(tmp_path: Path) -> None:
    table = tmp_path / "fib_trie"
    table.write_text(
        "Local:\n  +-- 10.0.0.0/24 2 0 2\n     |-- 10.0.0.7\n        /32 host LOCAL\n     |-- 10.0.0.255\n"
        "        /32 link BROADCAST\n  |-- 127.0.0.1\n     /32 host LOCAL\n"
    )
    assert network.host_addresses(table) == ["10.0.0.7", "127.0.0.1"]
    assert network.host_addresses(tmp_path / "none") == []
