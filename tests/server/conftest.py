"""A studio that serves, shared by the tests of a process: they add to it, and look only at what is theirs."""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from tests.running import Studio
from tests.server.raw import Answer, Request, ask
from tests.server.signing import Signer
from tests.server.simulated import copied, found, serving

Ask = Callable[[Request], Answer]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    """A studio to be copied."""
    return found(tmp_path_factory.mktemp("founded") / "data")


@pytest.fixture(scope="session")
def studio(founded: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The studio that serves."""
    with serving(copied(founded, tmp_path_factory.mktemp("server") / "data")) as studio:
        yield studio


@pytest.fixture(scope="session")
def signer(studio: Studio) -> Signer:
    """Signs as the studio's administrator."""
    return Signer.of(studio)


@pytest.fixture(scope="session")
def path(studio: Studio) -> str:
    """The path of the studio, as clients write it."""
    return f"/2020-08-01/studios/{quote(studio.studio_id, safe='')}"


@pytest.fixture(scope="session")
def sessions(path: str) -> str:
    """The path of the studio's sessions."""
    return f"{path}/streaming-sessions"


@pytest.fixture(scope="session")
def profiles(path: str) -> str:
    """The path of the studio's launch profiles."""
    return f"{path}/launch-profiles"


@pytest.fixture(scope="session")
def send(studio: Studio) -> Ask:
    """Sends a request as it is, on a connection of its own."""
    return lambda request: ask(studio.endpoint, request)


@pytest.fixture(scope="session")
def call(studio: Studio, signer: Signer) -> Ask:
    """Signs a request, and sends it."""
    return lambda request: ask(studio.endpoint, signer.sign(request))
