"""The pages beside the API: health, readiness, metrics, and the OpenAPI document."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.running import Studio
from tests.server.simulated import house_of

from greenroom.server.app import create_app
from greenroom.server.house import House
from greenroom.server.settings import Settings
from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import OPERATIONS


@pytest.fixture
def client(studio: Studio) -> Iterator[httpx.Client]:
    """A browser, or a program that watches the server."""
    with httpx.Client(base_url=studio.endpoint) as client:
        yield client


@pytest.fixture
def severed(tmp_path: Path) -> Iterator[httpx.AsyncClient]:
    """The application of a house whose database is not there."""
    settings = Settings.load(tmp_path, {"GREENROOM_DATABASE": f"sqlite:///{tmp_path}/gone/greenroom.db"})
    house = House(settings, bytes(32))
    yield httpx.AsyncClient(transport=httpx.ASGITransport(create_app(house)), base_url="http://studio")
    house.close()


def test_the_process_answers(client: httpx.Client) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")


def test_the_database_answers(client: httpx.Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ready\n")


@pytest.mark.anyio
async def test_without_its_database_the_server_lives_and_is_not_ready(severed: httpx.AsyncClient) -> None:
    assert (await severed.get("/healthz")).status_code == 200
    answer = await severed.get("/readyz")
    assert answer.status_code == 503
    assert "Check that the file's folder exists" in answer.text


@pytest.mark.anyio
async def test_metrics_are_there_when_the_database_is_not(severed: httpx.AsyncClient) -> None:
    answer = await severed.get("/metrics")
    assert answer.status_code == 200
    assert "greenroom_database_up 0.0" in answer.text
    assert "greenroom_requests" in answer.text


def test_the_first_page_names_the_service(client: httpx.Client) -> None:
    assert "Greenroom" in client.get("/").text


def test_the_openapi_document_describes_every_operation_to_everybody(client: httpx.Client) -> None:
    answer = client.get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    document = answer.json()
    assert document["openapi"] == "3.1.0"
    described = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert described == OPERATIONS.keys() | ADDITIONS.keys()


def test_the_openapi_document_is_not_sent_again_to_who_has_it(client: httpx.Client) -> None:
    tag = client.get("/openapi.json").headers["etag"]
    again = client.get("/openapi.json", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_the_openapi_document_says_nothing_of_the_studio(client: httpx.Client, studio: Studio) -> None:
    text = client.get("/openapi.json").text
    assert not any(value in text for value in (studio.studio_id, studio.founding["accountId"], str(studio.data)))


@pytest.mark.anyio
async def test_an_application_needs_no_server(studio: Studio) -> None:
    with house_of(studio) as house:
        transport = httpx.ASGITransport(create_app(house))
        async with httpx.AsyncClient(transport=transport, base_url="http://studio") as client:
            assert (await client.get("/readyz")).status_code == 200
