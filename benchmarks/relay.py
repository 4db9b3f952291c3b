"""What relaying a stream costs: processor time for each MB, through Greenroom and through nginx, in the same run.

`python -m benchmarks.relay [--megabytes 512] [--frame 16384] [--rounds 3]`. Needs nginx.
The session's side and the browser's are played by plain sockets, so that only the relay between them is measured.
"""

import argparse
import base64
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path

from benchmarks.processes import cpu_seconds
from benchmarks.studio import poll

MEGABYTE = 1024 * 1024
_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_NGINX = """
daemon off;
worker_processes 1;
pid {directory}/nginx.pid;
error_log stderr error;
{user}
events {{ worker_connections 64; }}
http {{
    access_log off;
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass http://unix:{session};
            proxy_http_version 1.1;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection upgrade;
            proxy_buffering off;
        }}
    }}
}}
"""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=512)
    parser.add_argument("--frame", type=int, default=16_384)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {arguments.megabytes} MB in {arguments.frame} bytes")
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as directory:
        session = Path(directory) / "session"
        with _flooding(session, arguments.megabytes * MEGABYTE, arguments.frame):
            costs: dict[str, list[float]] = {"greenroom": [], "nginx": []}
            for _ in range(arguments.rounds):
                for name, costing in costs.items():
                    costing.append(_measured(name, Path(directory), session, arguments.megabytes))
    for name, costing in costs.items():
        rounds = ", ".join(f"{cost:.0f}" for cost in costing)
        print(f"{name:>10}: {statistics.median(costing):.0f} µs of a core for each MB ({rounds})")
    print(f"Greenroom takes {statistics.median(costs['greenroom']) / statistics.median(costs['nginx']):.2f} x of nginx")


def _measured(name: str, directory: Path, session: Path, megabytes: int) -> float:
    """Microseconds of a core that the relay takes for each MB."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    if name == "nginx":
        configuration = directory / "nginx.conf"
        user = "user root;" if os.geteuid() == 0 else ""
        configuration.write_text(_NGINX.format(directory=directory, port=port, session=session, user=user))
        command = ["/usr/sbin/nginx", "-c", str(configuration)]
    else:
        command = [sys.executable, "-m", "benchmarks.relay_server", str(session), str(port)]
    with subprocess.Popen(command) as relay:
        try:
            poll(lambda: _answers(port), 30)
            _drained(port)  # warm
            before = cpu_seconds(relay.pid)
            taken = _drained(port)
            assert taken >= megabytes * MEGABYTE, f"{name} passed on {taken} bytes only"
            return (cpu_seconds(relay.pid) - before) / megabytes * 1e6
        finally:
            relay.terminate()


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


def _drained(port: int) -> int:
    """Open the stream as a browser would, and take all that comes; how many bytes."""
    with socket.create_connection(("127.0.0.1", port)) as browser:
        browser.sendall(
            f"GET /streams/bench/api/websockets HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nOrigin: http://127.0.0.1:{port}\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        browser.settimeout(60)
        space = bytearray(MEGABYTE)
        taken = 0
        while count := browser.recv_into(space):
            taken += count
            if bytes(space[count - 4 : count]) == b"\x88\x02\x03\xe8":  # a goodbye: 1000
                break
        return taken


@contextmanager
def _flooding(path: Path, size: int, frame: int) -> Iterator[None]:
    """A session that sends so many bytes in frames to whoever comes, and then says goodbye."""
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    head = b"\x82" + (b"\x7e" + frame.to_bytes(2, "big") if frame < 65_536 else b"\x7f" + frame.to_bytes(8, "big"))
    burst = (head + os.urandom(frame)) * max(1, MEGABYTE // frame)

    def serve() -> None:
        while True:
            try:
                one, _ = listener.accept()
            except OSError:
                return
            with one:
                _flood(one, burst, -(-size // len(burst)))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield
    finally:
        listener.close()


def _flood(one: socket.socket, burst: bytes, times: int) -> None:
    asked = b""
    while not asked.endswith(b"\r\n\r\n"):
        piece = one.recv(4096)
        if not piece:
            return
        asked += piece
    (key,) = [line.split()[1] for line in asked.split(b"\r\n") if line.lower().startswith(b"sec-websocket-key:")]
    accept = base64.b64encode(sha1(key + _GUID, usedforsecurity=False).digest())
    one.sendall(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        + accept
        + b"\r\n\r\n"
    )
    for _ in range(times):
        one.sendall(burst)
    one.sendall(b"\x88\x02\x03\xe8")
    one.recv(4096)  # the goodbye of the other side


if __name__ == "__main__":
    main()
