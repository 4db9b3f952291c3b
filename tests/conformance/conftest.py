"""A studio that serves, and clients of it, shared by the tests of a process: each looks only at what it made."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from tests.running import Studio
from tests.server.simulated import copied, found, house_of, serving

from greenroom.server.founding import add_user, create_key


@dataclass(frozen=True)
class Person:
    """Somebody with a key of their own."""

    name: str
    principal_id: str
    key: dict[str, str]
    client: Any


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio to be copied."""
    return found(tmp_path_factory.mktemp("founded") / "data")


@pytest.fixture(scope="session")
def studio(founded: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The studio that serves."""
    with serving(copied(founded, tmp_path_factory.mktemp("conformance") / "data")) as studio:
        yield studio


@pytest.fixture(scope="session")
def client(studio: Studio) -> Any:
    """The official client, for the studio's administrator."""
    return studio.client()


@pytest.fixture(scope="session")
def unchecking(studio: Studio) -> Any:
    """The same, without its own check of parameters: what is wrong reaches the server."""
    return boto3.client(
        "nimble",
        endpoint_url=studio.endpoint,
        region_name=studio.founding["region"],
        aws_access_key_id=studio.founding["accessKeyId"],
        aws_secret_access_key=studio.founding["secretAccessKey"],
        config=Config(parameter_validation=False, retries={"max_attempts": 1}),
    )


@pytest.fixture(scope="session")
def new_person(studio: Studio) -> Callable[..., Person]:
    """Makes a user with a key; a plain one unless told otherwise."""

    def make(name: str, *, administrator: bool = False) -> Person:
        with house_of(studio) as house:
            user = add_user(house, name, administrator=administrator)
            made = create_key(house, name)
        key = {"accessKeyId": made.access_key_id, "secretAccessKey": made.secret_access_key}
        return Person(name, user.principal_id, key, studio.client(key))

    return make


@pytest.fixture(scope="session")
def artist(new_person: Callable[..., Person]) -> Person:
    """A plain user who belongs to no launch profile."""
    return new_person("artist")


@pytest.fixture(scope="session")
def settled(studio: Studio) -> Callable[..., dict[str, Any]]:
    """Waits, with the official waiter, until something is READY or DELETED; what Get then says of it."""

    def wait(kind: str, state: str, **ids: str) -> dict[str, Any]:
        client = studio.client()
        given = {"studioId": studio.studio_id, **ids}
        client.get_waiter(f"{kind}_{state}").wait(**given, WaiterConfig={"Delay": 0.05, "MaxAttempts": 400})
        answer = getattr(client, f"get_{kind}")(**given)
        return next(value for key, value in answer.items() if key != "ResponseMetadata")

    return wait
