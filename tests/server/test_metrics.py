"""What the server measures of itself."""

import re

import httpx
from tests.running import Studio
from tests.server.conftest import Ask
from tests.server.raw import Request

from greenroom.server.metrics import Metrics


def figure(studio: Studio, pattern: str) -> float:
    """The value of the one line that begins so; 0 where there is none."""
    text = httpx.get(f"{studio.endpoint}/metrics").text
    found = re.findall(rf"^{pattern} (\S+)$", text, re.MULTILINE)
    assert len(found) <= 1
    return float(found[0]) if found else 0.0


def test_answered_requests_are_counted_by_operation_and_status(studio: Studio, call: Ask, path: str) -> None:
    line = r'greenroom_requests_total\{operation="GetStudio",status="%d"\}'
    before = figure(studio, line % 200), figure(studio, line % 404)
    call(Request(path))
    call(Request(f"{path}x"))
    assert (figure(studio, line % 200), figure(studio, line % 404)) == (before[0] + 1, before[1] + 1)


def test_their_time_is_measured(studio: Studio, call: Ask, path: str) -> None:
    line = r'greenroom_request_seconds_count\{operation="GetStudio"\}'
    before = figure(studio, line)
    call(Request(path))
    assert figure(studio, line) == before + 1


def test_paths_that_nobody_declared_are_one_line_however_many_they_are(studio: Studio, send: Ask) -> None:
    for number in range(5):
        send(Request(f"/2020-08-01/probe-{number}"))
    text = httpx.get(f"{studio.endpoint}/metrics").text
    assert figure(studio, r'greenroom_requests_total\{operation="-",status="403"\}') >= 5
    assert "probe" not in text


def test_records_are_counted_by_state(studio: Studio) -> None:
    client = studio.client()
    line = r'greenroom_sessions\{state="READY"\}'
    before = figure(studio, line)
    session_id = studio.create_session(client)
    assert figure(studio, line) == before + 1
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)
    assert figure(studio, "greenroom_database_up") == 1


def test_steps_of_work_are_counted_by_their_outcome() -> None:
    metrics = Metrics()
    metrics.observe_work("session", "done")
    assert b'greenroom_work_total{kind="session",outcome="done"} 1.0' in metrics.text()


def test_two_servers_in_one_process_do_not_mix() -> None:
    one, other = Metrics(), Metrics()
    one.observe_request("GetStudio", 200, 0.001)
    assert b"GetStudio" in one.text()
    assert b"GetStudio" not in other.text()


def test_nothing_of_a_studio_is_told(studio: Studio) -> None:
    text = httpx.get(f"{studio.endpoint}/metrics").text
    assert not any(value in text for value in studio.founding.values() if len(value) > 8)
