"""`greenroom demo`: a studio with a real session and real backups, to look at and to try things on."""

import contextlib
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from greenroom.cli.client import Client
    from greenroom.cli.failures import CommandError
    from greenroom.wire import shapes

STUDIO = "demo"
PORT = 8420
START_SECONDS = 60.0
"""How long the server may take to answer."""
STOP_SECONDS = 30.0
"""How long it may take to end."""
LOOK_SECONDS = 0.2
"""How often it is looked at."""

# What an artist might do in three sittings; each is a shell script that runs in the session's home.
SITTINGS = (
    (
        "block the shot",
        r"""
        mkdir -p shots/sh010/plates shots/sh010/renders
        cat > shots/sh010/scene.usda <<'USD'
#usda 1.0
def Xform "sh010" { def Sphere "moon" { double radius = 1 } }
USD
        echo 'sh010: the moon rises. First blocking.' > shots/sh010/notes.txt
        """,
    ),
    (
        "light it and render a frame",
        r"""
        sed -i 's/radius = 1 /radius = 2.5 /' shots/sh010/scene.usda
        echo 'Moon larger, as the director asked.' >> shots/sh010/notes.txt
        awk 'BEGIN { n = 256; printf "P3\n%d %d\n255\n", n, n
            for (y = 0; y < n; y++) for (x = 0; x < n; x++) {
                d = (x - 128) ^ 2 + (y - 128) ^ 2; v = d < 6400 ? int(255 - d / 40) : 12
                printf "%d %d %d\n", v, v, v < 20 ? 40 : v } }' > shots/sh010/renders/frame.0001.ppm
        """,
    ),
    (
        "try a darker sky",
        r"""
        sed -i 's/ 40$/ 20/' shots/sh010/renders/frame.0001.ppm
        echo 'Darker sky: not sure. The last backup has the lighter one.' >> shots/sh010/notes.txt
        """,
    ),
)


def demo(
    data: Annotated[
        Path,
        typer.Option("--data", envvar="GREENROOM_DATA", metavar="DIR", help="The data directory.", file_okay=False),
    ] = Path("data"),
    port: Annotated[int, typer.Option("--port", metavar="PORT", help="Port to listen on.")] = PORT,
) -> None:
    """Make a demo studio where there is none, show it, and serve it until Ctrl-C."""
    from greenroom.cli import profile
    from greenroom.cli.connection import connect, find_server
    from greenroom.cli.founding import found
    from greenroom.cli.output import say

    data = data.absolute()
    if not profile.exists(data):
        say(f"Founding the studio {STUDIO!r} in {data}")
        founding = found(data, STUDIO)
        profile.write_private(_sign_in(data), f"{founding.username}\n{founding.password}\n")
    running = find_server(data)
    if running is not None:
        with connect(data) as connection:
            _show(connection.client, data, running.endpoint)
        say(f"Process {running.pid} serves it already.")
        return
    with _server(data, port) as (server, endpoint), connect(data) as connection:
        if not _backups(connection.client):
            _work(connection.client, data)
        _show(connection.client, data, endpoint)
        say("Serving until Ctrl-C; sessions go on running after that. The server's log is in " + str(_log(data)))
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            # Not server.wait(): a signal in the instant before it blocks would be heard only when it returns.
            while server.poll() is None:
                time.sleep(LOOK_SECONDS)
            raise _ended(data)


def _work(client: "Client", data: Path) -> None:
    """Work in a session for three sittings, with a backup after each of the first two."""
    from greenroom.cli.inside import read_inside
    from greenroom.cli.output import say
    from greenroom.cli.waiting import wait_for_session
    from greenroom.wire import shapes

    ready, stopped = shapes.StreamingSessionState.READY, shapes.StreamingSessionState.STOPPED
    say("Creating a session from the launch profile …")
    session_id = wait_for_session(client, _session(client), ready).session_id or ""
    *earlier, last = SITTINGS
    for sitting, (what, script) in enumerate(earlier, 1):
        say(f"Sitting {sitting}: {what}, stop, back up, start again …")
        read_inside(data, session_id, ["sh", "-euc", script])
        session = shapes.StopStreamingSessionRequest(studio_id=client.studio_id, session_id=session_id)
        client.call(session, shapes.StopStreamingSessionResponse)
        wait_for_session(client, session_id, stopped)
        _wait_for_backup(client)
        again = shapes.StartStreamingSessionRequest(studio_id=client.studio_id, session_id=session_id)
        client.call(again, shapes.StartStreamingSessionResponse)
        wait_for_session(client, session_id, ready)
    say(f"Sitting {len(SITTINGS)}: {last[0]}; the session stays open.")
    read_inside(data, session_id, ["sh", "-euc", last[1]])


def _session(client: "Client") -> str:
    """The session that an interrupted demo left, else a new one."""
    from greenroom.wire import shapes

    listing = shapes.ListStreamingSessionsRequest(studio_id=client.studio_id)
    for session in client.call(listing, shapes.ListStreamingSessionsResponse).sessions or []:
        if session.state is shapes.StreamingSessionState.STOPPED and session.session_id:
            start = shapes.StartStreamingSessionRequest(studio_id=client.studio_id, session_id=session.session_id)
            client.call(start, shapes.StartStreamingSessionResponse)
            return session.session_id
        if session.state is shapes.StreamingSessionState.READY and session.session_id:
            return session.session_id
    profiles = client.call(
        shapes.ListLaunchProfilesRequest(studio_id=client.studio_id), shapes.ListLaunchProfilesResponse
    ).launch_profiles
    create = shapes.CreateStreamingSessionRequest(
        studio_id=client.studio_id, launch_profile_id=(profiles or [shapes.LaunchProfile()])[0].launch_profile_id or ""
    )
    session = client.call(create, shapes.CreateStreamingSessionResponse).session or shapes.StreamingSession()
    return session.session_id or ""


def _backups(client: "Client") -> "list[shapes.StreamingSessionBackup]":
    from greenroom.wire import shapes

    listing = shapes.ListStreamingSessionBackupsRequest(studio_id=client.studio_id)
    answer = client.call(listing, shapes.ListStreamingSessionBackupsResponse)
    return answer.streaming_session_backups or []


def _wait_for_backup(client: "Client") -> None:
    """Wait for the backup of the stop that has just ended, and has recorded it."""
    from greenroom.cli.waiting import wait_for_backup

    newest = _backups(client)[0]
    wait_for_backup(client, newest.backup_id or "")


def _show(client: "Client", data: Path, endpoint: str) -> None:
    """Print what there is, and how to reach it."""
    from greenroom.cli import profile
    from greenroom.cli.backup import print_backups
    from greenroom.cli.output import print_fields, say
    from greenroom.wire.model import write_model

    backups = _backups(client)
    say()
    print_backups(backups, title="Backups")
    say()
    sign_in: list[str] = []
    # A studio that was founded otherwise has its sign-in with whoever did so.
    with contextlib.suppress(FileNotFoundError):
        sign_in = _sign_in(data).read_text(encoding="utf-8").splitlines()
    print_fields((("Portal", f"{endpoint}/"), *zip(("User", "Password"), sign_in, strict=False)))
    say()
    say("The same list with the AWS CLI, of any version:")
    # Newer versions have dropped the API; with its model beside them they know it again.
    write_model(data / "model")
    variables = {
        "AWS_DATA_PATH": data / "model",
        "AWS_SHARED_CREDENTIALS_FILE": profile.credentials_file(data),
        "AWS_CONFIG_FILE": profile.config_file(data),
    }
    command = f"aws --profile {profile.PROFILE} nimble list-streaming-session-backups"
    say(" ".join(f"{name}={shlex.quote(str(value))}" for name, value in variables.items()) + " \\")
    say(f"  {command} --studio-id {client.studio_id} --endpoint-url {endpoint}")
    say()
    if backups:
        greenroom = shlex.quote(os.path.relpath(Path(sys.executable).with_name("greenroom")))
        session, oldest, where = backups[0].session_id, backups[-1].backup_id, f"--data {shlex.quote(str(data))}"
        say("Look into the session, and go back to its first backup:")
        say(f"  {greenroom} session exec {session} {where} -- cat shots/sh010/notes.txt")
        say(f"  {greenroom} session stop {session} {where}")
        say(f"  {greenroom} session start {session} --backup {oldest} {where}")
        say()


@contextmanager
def _server(data: Path, port: int) -> "Iterator[tuple[subprocess.Popen[bytes], str]]":
    """The server as a child, and its address; up when the block begins and ended with it."""
    from greenroom.cli.connection import find_server

    command = [sys.executable, "-m", "greenroom.cli", "serve", "--data", str(data), "--port", str(port)]
    with _log(data).open("ab") as log:
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    before = signal.signal(signal.SIGTERM, _end)
    try:
        deadline = time.monotonic() + START_SECONDS
        while (running := find_server(data)) is None:
            if server.poll() is not None or time.monotonic() > deadline:
                raise _ended(data)
            time.sleep(LOOK_SECONDS)
        yield server, running.endpoint
    finally:
        signal.signal(signal.SIGTERM, before)
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            # Its work is safe to break off at any point, and goes on with the next server.
            server.kill()
            server.wait()


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _ended(data: Path) -> "CommandError":
    from greenroom.cli.failures import CommandError

    tail = "\n".join(_log(data).read_text(errors="replace").splitlines()[-5:])
    return CommandError(f"The server has ended. The last words of its log, {_log(data)}:\n{tail}")


def _sign_in(data: Path) -> Path:
    return data / "demo-sign-in"


def _log(data: Path) -> Path:
    return data / "server.log"
