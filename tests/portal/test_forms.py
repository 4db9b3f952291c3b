"""An administrator's forms in a browser: what they make is there, and refusals are said where they belong."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.portal.effects import addition, end_sign_ins, refusal_of_key, signs_in
from tests.portal.flows import run_flow
from tests.running import Studio
from tests.server.simulated import found, house_of, serving

from greenroom.server.founding import add_user


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Studio]:
    """A studio that serves, with an engine that runs nothing."""
    with serving(found(tmp_path / "data")) as studio:
        yield studio


def register_a_system(studio: Studio, ec2_image_id: str) -> dict[str, Any]:
    """`greenroom image add` of the least that is taken for one: nothing is to run on it here."""
    root = studio.data.parent / "system"
    for name in ("etc/passwd", "bin/sh", "bin/sleep"):
        place = root / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("#!/bin/sh\n")
        place.chmod(0o755)
    done = studio.command("image", "add", ec2_image_id, str(root), "--data", str(studio.data), "--json")
    return dict(json.loads(done.stdout))


def test_an_administrator_makes_what_artists_need_and_is_told_what_is_wrong(served: Studio) -> None:
    with house_of(served) as house:
        artist = add_user(house, "mia", administrator=False)
    (image, *_) = served.client().list_streaming_images(studioId=served.studio_id)["streamingImages"]
    client = served.client()

    def image_named(name: str) -> dict[str, Any]:
        found = client.list_streaming_images(studioId=served.studio_id)["streamingImages"]
        (image,) = (each for each in found if each["name"] == name)
        kept = ("description", "ec2ImageId", "state", "tags", "arn")
        return {member: image.get(member) for member in kept}

    answers = {
        "end-sign-in": lambda: end_sign_ins(served, str(served.founding["username"])),
        "refusal-of-key": lambda key_id, secret: refusal_of_key(served, key_id, secret),
        "signs-in": lambda name, password: signs_in(served, name, password),
        "user": lambda name: addition(served, f"/greenroom/v1/users/{name}")["user"],
        "tags": lambda arn: client.list_tags_for_resource(resourceArn=arn)["tags"],
        "register": lambda ec2_image_id: register_a_system(served, ec2_image_id),
        "image": image_named,
    }
    studio = {
        "endpoint": served.endpoint,
        "administrator": {"userName": served.founding["username"], "password": served.founding["password"]},
        "artist": {"userName": "mia", "password": artist.password},
        "image": image["name"],
    }
    run_flow("forms", studio, answers)
