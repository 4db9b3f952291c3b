"""An administrator's forms in a browser: what they make is there, and refusals are said where they belong."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.portal.flows import run_flow
from tests.running import Studio
from tests.server.simulated import found, house_of, serving

from greenroom.server.founding import add_user


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Studio]:
    """A studio that serves, with an engine that runs nothing."""
    with serving(found(tmp_path / "data")) as studio:
        yield studio


def test_an_administrator_makes_what_artists_need_and_is_told_what_is_wrong(served: Studio) -> None:
    with house_of(served) as house:
        artist = add_user(house, "mia", administrator=False)
    (image, *_) = served.client().list_streaming_images(studioId=served.studio_id)["streamingImages"]
    studio = {
        "endpoint": served.endpoint,
        "administrator": {"userName": served.founding["username"], "password": served.founding["password"]},
        "artist": {"userName": "mia", "password": artist.password},
        "image": image["name"],
    }
    run_flow("forms", studio, {})
