"""A session's way out: slirp4netns, which carries its connections as an ordinary user of the host and takes none in.

The session's network namespace has a tap device that leads to slirp4netns, and unreachable routes for every address
of the host itself and for link-local ones (a cloud's metadata): nothing of the host, the control plane above all, is
reached from inside, and nobody inside has the right to change a route.
"""

import contextlib
import ipaddress
import os
import re
import select
import shutil
import signal
import socket
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path

from greenroom.engines.shim import entry, kernel
from greenroom.engines.shim.entry import Person
from greenroom.engines.shim.namespace import Namespace

PROGRAM = "slirp4netns"
TUN = Path("/dev/net/tun")
_STAGE = Path("/run")
_READY_TIMEOUT = 10.0
_MTU = 65_520
_RANGES = (IPv4Network("100.126.213.0/24"), IPv4Network("10.213.126.0/24"), IPv4Network("192.168.213.0/24"))
"""Where the tap device may live: the first that the host has no address in."""
_LINK_LOCAL = IPv4Network("169.254.0.0/16")
_LOCAL_ADDRESS = re.compile(r"\|-- ([\d.]+)\n\s*/32 host LOCAL")

_RTM_NEWROUTE = 24
_REQUEST_ACKNOWLEDGED_NEW = 0x1 | 0x4 | 0x400
_NLMSG_ERROR = 2
_RT_TABLE_MAIN, _RTPROT_STATIC, _RT_SCOPE_UNIVERSE, _RTN_UNREACHABLE = 254, 4, 0, 7
_RTA_DST = 1


class NetworkError(Exception):
    """The session cannot have the network that it was to have."""


@dataclass(frozen=True, slots=True)
class Connection:
    """A session's way out, for as long as this process lives and keeps `hold` open."""

    pid: int
    """Of slirp4netns, a child of this process."""
    hold: int
    """Closing it ends slirp4netns."""


def range_for(addresses: Iterable[str]) -> IPv4Network:
    """Where a session's tap device lives on a host of those addresses. Raises NetworkError."""
    taken = [ipaddress.IPv4Address(address) for address in addresses]
    for network in _RANGES:
        if not any(address in network for address in taken):
            return network
    raise NetworkError("the host has an address in every range that sessions could use")


def name_server(addresses: Iterable[str]) -> str:
    """Where slirp4netns answers questions for names, by asking the host's own name server."""
    return str(range_for(addresses)[3])


def host_addresses(table: Path = Path("/proc/net/fib_trie")) -> list[str]:
    """The IPv4 addresses of this network namespace, each once."""
    try:
        return sorted(set(_LOCAL_ADDRESS.findall(table.read_text())))
    except OSError:
        return []


def connect(person: Person, inside: Namespace) -> Connection:
    """Give the session its way out. Raises NetworkError, OSError."""
    addresses = host_addresses()
    network = range_for(addresses)
    root = kernel.owner_of_mounts(inside.init.pid)
    try:
        # First of all: not for a moment may the session reach what it must not.
        closed = [IPv4Network(address) for address in addresses] + [_LINK_LOCAL]
        closing = entry.fork_as_root(person, inside.pidfd, root, lambda: _close_ways(closed))
        if os.waitpid(closing, 0)[1] != 0:
            raise NetworkError("the ways to the host itself could not be closed")
        return _start(person, inside, root, network)
    finally:
        os.close(root)


def _start(person: Person, inside: Namespace, root: int, network: IPv4Network) -> Connection:
    program = shutil.which(PROGRAM, path="/usr/local/bin:/usr/bin:/bin")
    if program is None:
        raise NetworkError(f"{PROGRAM} is not installed: apt install {PROGRAM}")
    ready, ready_end = os.pipe2(os.O_CLOEXEC)
    end, hold = os.pipe2(os.O_CLOEXEC)
    space = os.open(f"/proc/{inside.init.pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    command = [
        *(program, "--configure", f"--mtu={_MTU}", "--disable-host-loopback", f"--cidr={network}"),
        *(f"--ready-fd={ready_end}", f"--exit-fd={end}", f"--userns-path=/proc/self/fd/{root}"),
        *("--netns-type=path", f"/proc/self/fd/{space}", "tap0"),
    ]
    try:
        pid = _spawn(person, command, (ready_end, end, root, space))
        os.close(ready_end)
        ready_end = -1
        connection = Connection(pid, hold)
        if not _is_ready(ready):
            _end(connection)
            raise NetworkError(f"{PROGRAM} could not make the session's network; see the lines above")
        return connection
    finally:
        for descriptor in filter(lambda number: number >= 0, (ready, ready_end, end, space)):
            os.close(descriptor)


def _spawn(person: Person, command: list[str], inherited: Iterable[int]) -> int:
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        if os.geteuid() == 0:
            _open_tun_to_all()
        person.drop_rights()
        kernel.die_with_parent(parent)
        kernel.forbid_new_privileges()
        for number in (signal.SIGPIPE, signal.SIGHUP, signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)
        for descriptor in inherited:
            os.set_inheritable(descriptor, True)
        os.execve(command[0], command, {"PATH": os.defpath})  # noqa: S606  no shell is wanted
    except OSError as error:
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(127)


def _open_tun_to_all() -> None:
    """A device file that the session's user may open, for this process alone: some systems keep it to root.

    Whoever opens it gets no more than a device in a network namespace that is their own.
    """
    number = TUN.stat().st_rdev
    kernel.leave_mounts()
    kernel.mount_memory(_STAGE, "mode=0755")
    own = _STAGE / "tun"
    os.mknod(own, 0o020666, number)
    own.chmod(0o666)
    kernel.mount_again(own, TUN)


def _is_ready(ready: int) -> bool:
    poller = select.poll()
    poller.register(ready, select.POLLIN)
    return bool(poller.poll(_READY_TIMEOUT * 1000)) and os.read(ready, 1) == b"1"


def _end(connection: Connection) -> None:
    os.close(connection.hold)
    with contextlib.suppress(ProcessLookupError):
        os.kill(connection.pid, signal.SIGKILL)
    os.waitpid(connection.pid, 0)


def _close_ways(networks: Iterable[IPv4Network]) -> int:
    """In the session's network namespace, with the right to: nothing of `networks` can be reached."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as netlink:
        netlink.settimeout(_READY_TIMEOUT)
        for number, network in enumerate(networks, 1):
            if network.is_loopback:
                continue  # that is the session's own
            netlink.send(_unreachable(network, number))
            answer = netlink.recv(4096)
            kind, (failure,) = struct.unpack_from("=H", answer, 4)[0], struct.unpack_from("=i", answer, 16)
            if kind != _NLMSG_ERROR or failure not in (0, -17):  # there already
                return 1
    return 0


def _unreachable(network: IPv4Network, number: int) -> bytes:
    route = struct.pack(
        "=8BI",
        *(socket.AF_INET, network.prefixlen, 0, 0),
        *(_RT_TABLE_MAIN, _RTPROT_STATIC, _RT_SCOPE_UNIVERSE, _RTN_UNREACHABLE, 0),
    )
    body = route + struct.pack("=HH", 8, _RTA_DST) + network.network_address.packed
    return struct.pack("=IHHII", 16 + len(body), _RTM_NEWROUTE, _REQUEST_ACKNOWLEDGED_NEW, number, 0) + body
