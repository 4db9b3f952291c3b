"""A studio whose people sign in, behind a proxy on this machine, so that tests come from addresses of their own."""

from collections.abc import Callable, Iterator

import pytest
from tests.running import Studio
from tests.server.browser import Browser
from tests.server.simulated import copied, house_of, serving

from greenroom.server.founding import NewUser, add_user

Open = Callable[..., Browser]


@pytest.fixture(scope="module")
def house(founded: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """The studio that serves."""
    data = tmp_path_factory.mktemp("sign-in") / "data"
    settings = {
        "GREENROOM_TRUSTED_PROXIES": "127.0.0.1",
        "GREENROOM_SIGN_IN_ATTEMPTS": "4",
        "GREENROOM_SIGN_IN_PAUSE": "1h",
    }
    with serving(copied(founded, data, **settings)) as studio:
        yield studio


@pytest.fixture
def browse(house: Studio) -> Iterator[Open]:
    """Opens browsers, each from an address of its own where none is given."""
    opened: list[Browser] = []

    def open_one(address: str = "192.0.2.1") -> Browser:
        opened.append(Browser(house.endpoint, address))
        return opened[-1]

    yield open_one
    for browser in opened:
        browser.close()


@pytest.fixture
def add(house: Studio) -> Callable[[str], NewUser]:
    """Adds a person."""

    def add_one(name: str) -> NewUser:
        with house_of(house) as records:
            return add_user(records, name, administrator=False)

    return add_one
