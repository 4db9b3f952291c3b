"""A signed, authorised page of 100 backups: against a static answer of the same bytes, and by number of records.

`python -m benchmarks.listing [--records 1000,1000000] [--seconds 5]`: each size gets a data directory of its own,
filled by benchmarks.seed. Needs wrk. Prints one table; the ratios are what counts, the absolutes are the machine's.
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

import httpx
from sqlalchemy import select

from benchmarks.seed import seed
from greenroom.cli import profile as profiles
from greenroom.server.house import House, open_house
from greenroom.server.settings import Settings
from greenroom.store.tables import streaming_session_backups
from greenroom.wire.signatures import SignedRequest, sign

GREENROOM = Path(sys.executable).with_name("greenroom")
OWNERS = 10
CONNECTIONS = 4


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", default="1000,1000000")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {CONNECTIONS} connections")
    with tempfile.TemporaryDirectory(prefix="greenroom-bench-") as directory:
        for records in (int(size) for size in arguments.records.split(",")):
            measure(Path(directory) / str(records), records, arguments.seconds, arguments.rounds)


def measure(data: Path, records: int, seconds: int, rounds: int) -> None:
    """One size."""
    environ = {**os.environ, "GREENROOM_VOLUMES": "copy"}
    subprocess.run(
        [GREENROOM, "init", "--data", data, "--studio", "bench"], check=True, env=environ, capture_output=True
    )
    with open_house(Settings.load(data)) as house:
        seed(house, records, OWNERS)
        last_query = _last_page(house, profiles.read(data).studio_id)
    profile = profiles.read(data)
    path = f"/2020-08-01/studios/{quote(profile.studio_id, safe='')}/streaming-session-backups"

    def headers(query: str, port: int) -> dict[str, str]:
        # The host header is not among these: every client sends it by itself.
        request = SignedRequest("GET", path.encode(), query.encode(), [(b"host", f"127.0.0.1:{port}".encode())], b"")
        return sign(
            request,
            profile.access_key_id,
            profile.secret_access_key,
            region=profile.region,
            service="nimble",
            now=datetime.now(UTC),
        )

    body = data / "page.json"
    body.write_bytes(b"{}")
    with _serving(data, body) as port:
        base = f"http://127.0.0.1:{port}"
        first = httpx.get(base + path, headers=headers("", port))
        first.raise_for_status()
        body.write_bytes(first.content)
    with _serving(data, body) as port:
        base = f"http://127.0.0.1:{port}"
        for _ in range(rounds):
            floor = _wrk(f"{base}/static", {}, seconds)
            page = _wrk(base + path, headers("", port), seconds)
            last = _wrk(f"{base}{path}?{last_query}", headers(last_query, port), seconds)
            print(
                f"{records:>9} records: static {floor:8.0f}/s   first page {page:7.0f}/s = {page / floor:.3f}   "
                f"last page {last:7.0f}/s = {last / floor:.3f}   ({len(first.content)} bytes)"
            )


def _last_page(house: House, studio_id: str) -> str:
    """The query of the last full page, with the token that a client would have been given for it."""
    backups = streaming_session_backups
    query = select(backups.c.created_at, backups.c.backup_id).order_by(backups.c.created_at, backups.c.backup_id)
    with house.database.read() as connection:
        created_at, backup_id = connection.execute(query.offset(100).limit(1)).one()
    scope = {"operation": "ListStreamingSessionBackups", "studio": studio_id}
    token = house.rules.pages.seal(scope, [created_at.isoformat(), backup_id], datetime.now(UTC))
    return f"nextToken={quote(token, safe='')}"


@contextmanager
def _serving(data: Path, body: Path) -> Iterator[int]:
    port = 20_000 + os.getpid() % 20_000
    command = [sys.executable, "-m", "benchmarks.listing_server", str(data), str(port), str(body)]
    server = subprocess.Popen(command, env={**os.environ, "GREENROOM_THROTTLE_READS": "0"})
    try:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                httpx.get(f"http://127.0.0.1:{port}/healthz")
                break
            except httpx.ConnectError:
                time.sleep(0.05)
        yield port
    finally:
        server.terminate()
        server.wait()


def _wrk(url: str, headers: dict[str, str], seconds: int) -> float:
    """Answers a second; raises where any answer is not 2xx."""
    options = [option for name, value in headers.items() for option in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", *options, url], check=True, capture_output=True, text=True
    )
    if "Non-2xx" in done.stdout:
        raise SystemExit(f"{url}: {done.stdout}")
    match = re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)
    assert match is not None, done.stdout
    return float(match[1])


if __name__ == "__main__":
    main()
