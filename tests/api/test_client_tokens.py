"""Client tokens: what makes a call safe to repeat, for whom, and for how long."""

from datetime import timedelta
from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID

from greenroom.api.operation import HANDLERS
from greenroom.store import client_tokens
from greenroom.wire import errors, shapes
from greenroom.wire.operations import OPERATIONS
from greenroom.wire.schema import structure_of


def create(api: Api, token: str | None, *, name: str = "Show", by: Any = None) -> str | None:
    request = shapes.CreateStudioComponentRequest(
        studio_id=STUDIO_ID, name=name, type=shapes.StudioComponentType.CUSTOM, client_token=token
    )
    made = api.call(request, shapes.CreateStudioComponentResponse, by=by).studio_component
    assert made is not None
    return made.studio_component_id


def test_every_operation_that_takes_a_token_heeds_it() -> None:
    taking = {
        name
        for name, operation in OPERATIONS.items()
        if any(member.idempotency_token for member in structure_of(operation.input).members)
    }
    assert {name for name in taking if HANDLERS[name].repeat is None} == set()


def test_without_a_token_every_call_is_a_new_one(api: Api) -> None:
    assert create(api, None) != create(api, None)


def test_a_token_belongs_to_who_sent_it(api: Api) -> None:
    other = api.add_user("second admin", administrator=True)
    assert create(api, "once") != create(api, "once", by=other)


def test_a_token_belongs_to_its_operation(api: Api) -> None:
    create(api, "once")
    image = api.call(
        shapes.CreateStreamingImageRequest(
            studio_id=STUDIO_ID, name="Rocky", ec2_image_id="ami-1", client_token="once"
        ),
        shapes.CreateStreamingImageResponse,
    )
    assert image.streaming_image is not None


def test_with_other_parameters_it_is_refused_and_nothing_is_made(api: Api) -> None:
    create(api, "once")
    with refused(errors.ValidationException, "CLIENT_TOKEN_REUSED"):
        create(api, "once", name="Another")
    page = api.call(shapes.ListStudioComponentsRequest(studio_id=STUDIO_ID), shapes.ListStudioComponentsResponse)
    assert len(page.studio_components or []) == 2, "the studio's first, and the one that was made"


def test_a_call_that_was_refused_leaves_its_token_free(api: Api) -> None:
    with refused(errors.ResourceNotFoundException):
        api.call(
            shapes.DeleteLaunchProfileRequest(studio_id=STUDIO_ID, launch_profile_id="nowhere", client_token="once"),
            shapes.DeleteLaunchProfileResponse,
        )
    deleted = api.call(
        shapes.DeleteLaunchProfileRequest(
            studio_id=STUDIO_ID, launch_profile_id=api.profile.launch_profile_id, client_token="once"
        ),
        shapes.DeleteLaunchProfileResponse,
    )
    assert deleted.launch_profile is not None


def test_who_lost_the_right_to_the_call_cannot_repeat_it(api: Api) -> None:
    request = shapes.CreateStreamingSessionRequest(
        studio_id=STUDIO_ID, launch_profile_id=api.profile.launch_profile_id, client_token="once"
    )
    api.call(request, shapes.CreateStreamingSessionResponse, by=api.artist)
    api.call(
        shapes.DeleteLaunchProfileMemberRequest(
            studio_id=STUDIO_ID,
            launch_profile_id=api.profile.launch_profile_id,
            principal_id=api.artist.principal_id,
        ),
        shapes.DeleteLaunchProfileMemberResponse,
    )
    with refused(errors.AccessDeniedException):
        api.call(request, shapes.CreateStreamingSessionResponse, by=api.artist)


def test_a_forgotten_token_makes_another_thing(api: Api) -> None:
    first = create(api, "once")
    api.clock.advance(days=1, seconds=1)
    with api.database.write() as connection:
        client_tokens.purge(connection, api.clock() - timedelta(days=1))
    assert create(api, "once") != first


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_the_order_of_tags_is_no_difference(api: Api, order: tuple[str, str]) -> None:
    def make(keys: tuple[str, ...]) -> str | None:
        request = shapes.CreateStudioComponentRequest(
            studio_id=STUDIO_ID,
            name="Show",
            type=shapes.StudioComponentType.CUSTOM,
            client_token="once",
            tags=dict.fromkeys(keys, "x"),
        )
        made = api.call(request, shapes.CreateStudioComponentResponse).studio_component
        assert made is not None
        return made.studio_component_id

    assert make(("a", "b")) == make(order)
