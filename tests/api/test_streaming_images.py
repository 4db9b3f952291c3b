"""Streaming images: the studio's own and those that came with it."""

from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_stream_configuration

from greenroom.studio.status import ResourceState, SessionState
from greenroom.wire import errors, shapes


def create(api: Api, **members: Any) -> shapes.StreamingImage:
    request = shapes.CreateStreamingImageRequest(
        **({"studio_id": STUDIO_ID, "name": "Rocky", "ec2_image_id": "ami-0123456789abcdef0"} | members)
    )
    image = api.call(request, shapes.CreateStreamingImageResponse).streaming_image
    assert image is not None
    return image


def get(api: Api, image_id: str | None) -> shapes.StreamingImage:
    image = api.call(
        shapes.GetStreamingImageRequest(studio_id=STUDIO_ID, streaming_image_id=str(image_id)),
        shapes.GetStreamingImageResponse,
    ).streaming_image
    assert image is not None
    return image


def update(api: Api, image_id: str | None, **members: Any) -> shapes.StreamingImage:
    image = api.call(
        shapes.UpdateStreamingImageRequest(studio_id=STUDIO_ID, streaming_image_id=str(image_id), **members),
        shapes.UpdateStreamingImageResponse,
    ).streaming_image
    assert image is not None
    return image


def delete(api: Api, image_id: str | None) -> shapes.StreamingImage:
    image = api.call(
        shapes.DeleteStreamingImageRequest(studio_id=STUDIO_ID, streaming_image_id=str(image_id)),
        shapes.DeleteStreamingImageResponse,
    ).streaming_image
    assert image is not None
    return image


def test_a_new_image_is_in_progress_first_and_then_ready(api: Api) -> None:
    created = create(api, description="With Maya", tags={"show": "aurora"})
    assert (created.state, created.status_code) == ("CREATE_IN_PROGRESS", "STREAMING_IMAGE_CREATE_IN_PROGRESS")
    api.settle()
    ready = get(api, created.streaming_image_id)
    assert (ready.state, ready.status_code) == ("READY", "STREAMING_IMAGE_READY")
    assert (ready.owner, ready.platform, ready.eula_ids) == (STUDIO_ID, "LINUX", [])
    assert (ready.description, ready.tags) == ("With Maya", {"show": "aurora"})
    assert ready.arn == f"arn:aws:nimble:us-west-2:123456789012:streaming-image/{ready.streaming_image_id}"
    assert ready.encryption_configuration is None


def test_a_studio_with_its_own_key_has_its_images_encrypted_with_it(api: Api) -> None:
    key = {"keyType": "CUSTOMER_MANAGED_KEY", "keyArn": "arn:aws:kms:us-west-2:123456789012:key/1"}
    api.change_studio(studio_encryption_configuration=key)
    image = create(api)
    assert image.encryption_configuration is not None
    assert image.encryption_configuration.key_arn == key["keyArn"]


def test_an_image_id_longer_than_can_be_kept_is_refused(api: Api) -> None:
    with refused(errors.ValidationException, "INVALID_EC2_IMAGE_ID"):
        create(api, ec2_image_id="ami-" + "0" * 252)


def test_the_vendors_images_do_not_count_against_the_quota(api: Api) -> None:
    api.limit(custom_streaming_images=1)
    create(api)
    with refused(errors.ServiceQuotaExceededException, "CUSTOM_STREAMING_IMAGES"):
        create(api)


def test_a_call_repeated_under_its_token_makes_one_image(api: Api) -> None:
    first = create(api, client_token="once")
    assert create(api, client_token="once").streaming_image_id == first.streaming_image_id
    with refused(errors.ValidationException, "CLIENT_TOKEN_REUSED"):
        create(api, client_token="once", name="Another")


def test_an_update_changes_what_it_names(api: Api) -> None:
    image = api.add_image(description="before")
    changing = update(api, image.streaming_image_id, name="Debian-Blender")
    assert (changing.state, changing.status_code) == ("UPDATE_IN_PROGRESS", "STREAMING_IMAGE_UPDATE_IN_PROGRESS")
    api.settle()
    changed = get(api, image.streaming_image_id)
    assert (changed.name, changed.description, changed.state) == ("Debian-Blender", "before", "READY")


def test_the_vendors_image_can_neither_be_changed_nor_deleted(api: Api) -> None:
    with refused(errors.ValidationException, "STREAMING_IMAGE_OF_VENDOR"):
        update(api, api.image.streaming_image_id, name="mine")
    with refused(errors.ValidationException, "STREAMING_IMAGE_OF_VENDOR"):
        delete(api, api.image.streaming_image_id)


def test_a_deleted_image_is_shown_as_such(api: Api) -> None:
    image = api.add_image()
    assert delete(api, image.streaming_image_id).state == "DELETE_IN_PROGRESS"
    api.settle()
    gone = get(api, image.streaming_image_id)
    assert (gone.state, gone.status_code) == ("DELETED", "STREAMING_IMAGE_DELETED")


def test_an_image_that_a_launch_profile_offers_stays(api: Api) -> None:
    image = api.add_image()
    profile = api.add_profile(
        stream_configuration=make_stream_configuration(streaming_image_ids=[image.streaming_image_id])
    )
    with refused(errors.ConflictException, "STREAMING_IMAGE_IN_USE") as caught:
        delete(api, image.streaming_image_id)
    assert profile.launch_profile_id in caught.value.message


def test_an_image_that_a_session_runs_stays_until_the_session_is_deleted(api: Api) -> None:
    stopped, gone = api.add_image(), api.add_image()
    api.add_session(streaming_image_id=stopped.streaming_image_id, state=SessionState.STOPPED)
    api.add_session(streaming_image_id=gone.streaming_image_id, state=SessionState.DELETED)
    with refused(errors.ConflictException, "STREAMING_IMAGE_IN_USE"):
        delete(api, stopped.streaming_image_id)
    delete(api, gone.streaming_image_id)


@pytest.mark.parametrize("state", ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETED"])
def test_in_a_transition_and_after_its_end_an_image_takes_no_change(api: Api, state: str) -> None:
    image = api.add_image(state=ResourceState(state))
    with refused(errors.ConflictException, state):
        update(api, image.streaming_image_id, name="x")
    with refused(errors.ConflictException, state):
        delete(api, image.streaming_image_id)


def test_listings_mix_owners_and_filter_by_one(api: Api) -> None:
    own = api.add_image()

    def listed(**filters: Any) -> list[str | None]:
        request = shapes.ListStreamingImagesRequest(studio_id=STUDIO_ID, **filters)
        page = api.call(request, shapes.ListStreamingImagesResponse)
        return [image.streaming_image_id for image in page.streaming_images or []]

    assert listed() == [own.streaming_image_id, api.image.streaming_image_id]
    assert listed(owner="amazon") == [api.image.streaming_image_id]
    assert listed(owner=STUDIO_ID) == [own.streaming_image_id]


def test_what_is_not_there_is_not_found(api: Api) -> None:
    for call in (get, update, delete):
        with refused(errors.ResourceNotFoundException, "STREAMING_IMAGE_NOT_FOUND"):
            call(api, "nowhere")


def test_plain_users_are_told_the_same_of_what_is_there_and_what_is_not(api: Api) -> None:
    messages = set()
    for image_id in (api.image.streaming_image_id, "nowhere"):
        request = shapes.GetStreamingImageRequest(studio_id=STUDIO_ID, streaming_image_id=image_id)
        with refused(errors.AccessDeniedException) as caught:
            api.call(request, shapes.GetStreamingImageResponse, by=api.artist)
        messages.add(caught.value.message.replace(image_id, "ID"))
    assert len(messages) == 1
