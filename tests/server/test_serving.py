"""The life of the server's process: beginning, being the only one, and ending without harm."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.running import Studio
from tests.server.raw import Request, connected, posted
from tests.server.signing import Signer
from tests.server.simulated import ENVIRONMENT, copied
from tests.support import wait_until

HEALTH = Request("/healthz", headers=(("Host", "a"),))


@pytest.fixture(scope="module")
def ours(founded: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio whose server each test starts and ends."""
    studio = copied(founded, tmp_path_factory.mktemp("serving") / "data")
    yield studio
    studio.close()


@pytest.fixture
def server(ours: Studio) -> Studio:
    """The same, while it answers."""
    if ours.process is None or ours.process.poll() is not None:
        ours.serve()
    with connected(ours.endpoint) as connection:
        assert connection.ask(HEALTH).status == 200
    return ours


def test_a_request_under_way_is_answered_before_the_end(server: Studio) -> None:
    request = Signer.of(server).sign(posted(f"/2020-08-01/studios/{server.studio_id}/streaming-sessions", {}))
    raw = request.encoded()
    with connected(server.endpoint) as connection, connected(server.endpoint) as idle:
        assert idle.ask(HEALTH).status == 200
        connection.send(raw[:-1])
        assert server.process is not None
        server.process.terminate()
        assert idle.at_end()
        connection.send(raw[-1:])
        answer = connection.receive()
        assert (answer.status, answer.error) == (400, "ValidationException")
        assert connection.at_end()
    assert server.process.wait(timeout=20) == 0


def test_nobody_new_is_let_in_while_it_ends(server: Studio) -> None:
    endpoint = server.endpoint
    with connected(endpoint) as connection:
        connection.send(b"POST /2020-08-01/studios HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{")
        assert server.process is not None
        server.process.terminate()

        def refused() -> bool:
            try:
                with connected(endpoint):
                    return False
            except ConnectionRefusedError:
                return True

        wait_until(refused)
        connection.send(b"}")
        assert connection.receive().status == 403
    assert server.process.wait(timeout=20) == 0


def test_sessions_go_on_without_the_server(server: Studio) -> None:
    client = server.client()
    session_id = server.create_session(client)
    assert server.terminate() == 0
    server.serve()
    session = server.client().get_streaming_session(studioId=server.studio_id, sessionId=session_id)["session"]
    assert (session["state"], session["statusCode"]) == ("READY", "STREAMING_SESSION_READY")


def test_a_server_that_ended_is_no_longer_announced(server: Studio) -> None:
    assert (server.data / "run" / "server.json").exists()
    server.terminate()
    assert not (server.data / "run" / "server.json").exists()
    assert '"event": "ended"' in server.log


def test_a_server_that_was_killed_is_in_nobodys_way(server: Studio) -> None:
    server.kill()
    server.serve()
    with connected(server.endpoint) as connection:
        assert connection.ask(Request("/readyz", headers=(("Host", "a"),))).status == 200


def test_a_second_server_on_the_same_directory_is_refused(server: Studio) -> None:
    done = server.command("serve", "--data", str(server.data), "--port", "0", check=False)
    assert done.returncode == 1
    assert done.stdout == b""
    message = done.stderr.decode()
    assert f"A server runs on {server.data} already" in message
    assert "End that one first." in message
    assert "Traceback" not in message


def test_a_port_that_is_taken_is_named(founded: Studio) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = founded.command("serve", "--data", str(founded.data), "--port", str(port), check=False)
    assert done.returncode == 1
    message = done.stderr.decode()
    assert f"Cannot listen on 127.0.0.1 port {port}: Address already in use." in message
    assert "--port" in message
    assert "Traceback" not in message


def test_a_directory_without_a_studio_is_told_apart(tmp_path: Path) -> None:
    done = Studio(tmp_path, ENVIRONMENT).command("serve", "--data", str(tmp_path / "none"), check=False)
    assert done.returncode == 1
    message = done.stderr.decode()
    assert f"{tmp_path / 'none'} holds no studio." in message
    assert "greenroom init --data" in message


def test_a_server_that_is_announced_takes_connections_at_once(server: Studio) -> None:
    server.terminate()
    server.serve()
    with connected(server.endpoint) as connection:
        assert connection.ask(HEALTH).status == 200
