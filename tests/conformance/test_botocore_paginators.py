"""Every paginator of the official client, over more records than two pages hold: each once, newest first."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import botocore.session
import pytest
from benchmarks.seed import seed
from sqlalchemy import Connection
from tests.records import make_session
from tests.running import Studio
from tests.server.simulated import copied, house_of, serving

from greenroom.store import components, eulas, images, launch_profiles, members, sessions, studios
from greenroom.studio.eulas import Eula, EulaAcceptance
from greenroom.studio.ids import new_id, new_principal_id, new_studio_id
from greenroom.studio.members import LaunchProfileMember, StudioMember
from greenroom.studio.status import SessionState

MANY = 260
"""Records of each kind that are added: more than two pages of 100, and many of 20."""
STORE = "d-greenroom0"
Add = Callable[[Connection, int, datetime], object]


@pytest.fixture(scope="module")
def crowded(founded: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio with many records of each kind, each a moment older than the one before it."""
    studio = copied(founded, tmp_path_factory.mktemp("crowded") / "data")
    with house_of(studio) as house:
        seed(house, MANY, 3)
        now = house.clock()
        with house.database.write() as connection:
            for add in _adders(connection, studio):
                for number in range(MANY):
                    add(connection, number, now - timedelta(seconds=number))
    with serving(studio):
        yield studio


def _adders(connection: Connection, studio: Studio) -> Iterator[Add]:
    studio_id, profile_id = studio.studio_id, studio.founding["launchProfileId"]
    first = studios.every(connection)[0]
    profile = launch_profiles.get(connection, profile_id)
    image = images.get(connection, studio.founding["streamingImageId"])
    assert profile is not None
    assert image is not None
    component = components.get(connection, profile.studio_component_ids[0])
    assert component is not None

    def add_session(connection: Connection, _number: int, at: datetime) -> None:
        # Nothing is due on a session that may stay stopped for ever.
        stopped = make_session(
            studio_id=studio_id, launch_profile_id=profile_id, state=SessionState.STOPPED, created_at=at
        )
        sessions.insert(connection, replace(stopped, number=sessions.next_number(connection)))

    yield lambda c, n, at: studios.insert(
        c, replace(first, studio_id=new_studio_id("us-west-2"), studio_name=f"crowd{n}", created_at=at)
    )
    yield lambda c, _n, at: launch_profiles.insert(c, replace(profile, launch_profile_id=new_id(), created_at=at))
    yield lambda c, _n, at: images.insert(c, replace(image, streaming_image_id=new_id(), created_at=at))
    yield lambda c, _n, at: components.insert(c, replace(component, studio_component_id=new_id(), created_at=at))
    yield add_session
    yield lambda c, _n, at: members.put_studio_member(
        c,
        StudioMember(studio_id=studio_id, principal_id=new_principal_id(), identity_store_id=STORE, created_at=at),
    )
    yield lambda c, _n, at: members.put_launch_profile_member(
        c,
        LaunchProfileMember(
            launch_profile_id=profile_id, principal_id=new_principal_id(), identity_store_id=STORE, created_at=at
        ),
    )

    def add_eula(connection: Connection, number: int, at: datetime) -> None:
        eula = Eula(eula_id=new_id(), name=f"Eula {number}", content="https://a.example", created_at=at, updated_at=at)
        eulas.insert(connection, eula)
        eulas.insert_acceptance(
            connection,
            EulaAcceptance(
                eula_acceptance_id=new_id(),
                acceptee_id=studio_id,
                eula_id=eula.eula_id,
                accepted_at=at,
                accepted_by="somebody",
            ),
        )

    yield add_eula


PAGES: dict[str, tuple[str, str, int]] = {
    "list_eula_acceptances": ("eulaAcceptances", "eulaAcceptanceId", 100),
    "list_eulas": ("eulas", "eulaId", 100),
    "list_launch_profile_members": ("members", "principalId", 20),
    "list_launch_profiles": ("launchProfiles", "launchProfileId", 100),
    "list_streaming_images": ("streamingImages", "streamingImageId", 100),
    "list_streaming_session_backups": ("streamingSessionBackups", "backupId", 100),
    "list_streaming_sessions": ("sessions", "sessionId", 100),
    "list_studio_components": ("studioComponents", "studioComponentId", 50),
    "list_studio_members": ("members", "principalId", 20),
    "list_studios": ("studios", "studioId", 100),
}
"""By paginator: where its records are, what is their id, how many a page holds at most."""


def given(studio: Studio, paginator: str) -> dict[str, Any]:
    parameters: dict[str, Any] = {} if paginator in ("list_eulas", "list_studios") else {"studioId": studio.studio_id}
    if paginator == "list_launch_profile_members":
        parameters["launchProfileId"] = studio.founding["launchProfileId"]
    return parameters


def test_every_paginator_is_tried() -> None:
    model = botocore.session.Session().get_paginator_model("nimble")
    names = {botocore.xform_name(name) for name in model._paginator_config}
    assert names == PAGES.keys()


@pytest.mark.parametrize("paginator", sorted(PAGES))
def test_a_listing_has_every_record_once_in_pages_that_are_full(crowded: Studio, paginator: str) -> None:
    key, identity, size = PAGES[paginator]
    pages = list(crowded.client().get_paginator(paginator).paginate(**given(crowded, paginator)))
    counts = [len(page[key]) for page in pages]
    assert counts[:-1] == [size] * (len(counts) - 1)
    assert "nextToken" not in pages[-1]
    ids = [record[identity] for page in pages for record in page[key]]
    assert len(ids) == len(set(ids)) >= MANY
    created = [record["createdAt"] for page in pages for record in page[key] if "createdAt" in record]
    assert created == sorted(created, reverse=True)


@pytest.mark.parametrize(
    "paginator",
    ["list_launch_profiles", "list_studio_components", "list_studio_members", "list_launch_profile_members"],
)
def test_a_smaller_page_is_as_small_as_asked(crowded: Studio, paginator: str) -> None:
    key, identity, _ = PAGES[paginator]
    client = crowded.client()
    whole = client.get_paginator(paginator).paginate(**given(crowded, paginator)).build_full_result()[key]
    small = client.get_paginator(paginator).paginate(
        **given(crowded, paginator), PaginationConfig={"PageSize": 7, "MaxItems": 30}
    )
    pages = list(small)
    assert [len(page[key]) for page in pages[:4]] == [7, 7, 7, 7]
    assert [each[identity] for page in pages for each in page[key]] == [each[identity] for each in whole[:30]]


def test_a_listing_goes_on_from_where_another_client_stopped(crowded: Studio) -> None:
    paginator = crowded.client().get_paginator("list_streaming_session_backups")
    first = paginator.paginate(studioId=crowded.studio_id, PaginationConfig={"MaxItems": 130}).build_full_result()
    rest = (
        crowded.client()
        .get_paginator("list_streaming_session_backups")
        .paginate(studioId=crowded.studio_id, PaginationConfig={"StartingToken": first["NextToken"]})
        .build_full_result()
    )
    ids = [b["backupId"] for part in (first, rest) for b in part["streamingSessionBackups"]]
    assert len(ids) == len(set(ids)) == MANY
