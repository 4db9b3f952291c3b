"""Studio components and streaming images by the official client."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.conformance.coverage import proves
from tests.running import Studio

Settled = Callable[..., dict[str, Any]]
CONFIGURATIONS: dict[str, tuple[str, dict[str, Any] | None]] = {
    "ACTIVE_DIRECTORY": (
        "AWS_MANAGED_MICROSOFT_AD",
        {
            "activeDirectoryConfiguration": {
                "directoryId": "d-1234567890",
                "computerAttributes": [{"name": "department", "value": "fx"}],
            }
        },
    ),
    "SHARED_FILE_SYSTEM": (
        "AMAZON_FSX_FOR_LUSTRE",
        {
            "sharedFileSystemConfiguration": {
                "fileSystemId": "fs-1",
                "linuxMountPoint": "/mnt/shots",
                "windowsMountDrive": "Z",
            }
        },
    ),
    "COMPUTE_FARM": (
        "CUSTOM",
        {"computeFarmConfiguration": {"endpoint": "farm.example", "activeDirectoryUser": "renderer"}},
    ),
    "LICENSE_SERVICE": ("CUSTOM", {"licenseServiceConfiguration": {"endpoint": "licences.example:5053"}}),
    "CUSTOM": ("CUSTOM", None),
}


def created(client: Any, studio: Studio, kind: str = "CUSTOM", **more: Any) -> dict[str, Any]:
    """A new component of that kind, as CreateStudioComponent answers."""
    subtype, configuration = CONFIGURATIONS[kind]
    given = {"name": f"A {kind}", "type": kind, "subtype": subtype}
    if configuration:
        given["configuration"] = configuration
    answer = client.create_studio_component(studioId=studio.studio_id, **{**given, **more})
    return dict(answer["studioComponent"])


@pytest.mark.parametrize("kind", sorted(CONFIGURATIONS))
@proves("CreateStudioComponent", "GetStudioComponent")
def test_a_component_of_every_kind_comes_back_as_it_was_given(
    client: Any, studio: Studio, settled: Settled, kind: str
) -> None:
    scripts = [
        {
            "launchProfileProtocolVersion": "2021-03-31",
            "platform": "LINUX",
            "runContext": "SYSTEM_INITIALIZATION",
            "script": "echo ü > /tmp/hello",
        }
    ]
    more = {
        "description": 'Ünïcode, "quotes" and a\nnew line',
        "ec2SecurityGroupIds": ["sg-0a1b2c"],
        "initializationScripts": scripts,
        "scriptParameters": [{"key": "SHOW", "value": "Nordlicht"}],
        "tags": {"show": "Nordlicht"},
    }
    component = created(client, studio, kind, **more)
    assert component["state"] == "CREATE_IN_PROGRESS"
    ready = settled("studio_component", "ready", studioComponentId=component["studioComponentId"])
    assert (ready["state"], ready["statusCode"]) == ("READY", "STUDIO_COMPONENT_CREATED")
    subtype, configuration = CONFIGURATIONS[kind]
    assert {name: ready.get(name) for name in more} == more
    assert (ready["subtype"], ready.get("configuration")) == (subtype, configuration)
    client.delete_studio_component(studioId=studio.studio_id, studioComponentId=component["studioComponentId"])


@proves("ListStudioComponents")
def test_components_are_listed_by_type_and_state(client: Any, studio: Studio, settled: Settled) -> None:
    component = created(client, studio, "LICENSE_SERVICE")
    ready = settled("studio_component", "ready", studioComponentId=component["studioComponentId"])
    paginator = client.get_paginator("list_studio_components")

    def listed(**filters: Any) -> list[dict[str, Any]]:
        pages = paginator.paginate(studioId=studio.studio_id, **filters)
        return list(pages.build_full_result()["studioComponents"])

    assert ready in listed(types=["LICENSE_SERVICE"], states=["READY"])
    assert {each["type"] for each in listed(types=["LICENSE_SERVICE"])} == {"LICENSE_SERVICE"}
    assert ready not in listed(states=["DELETED"])


@proves("UpdateStudioComponent")
def test_a_component_is_changed_in_part(client: Any, studio: Studio, settled: Settled) -> None:
    component = created(client, studio, description="before")
    one = {"studioComponentId": component["studioComponentId"]}
    settled("studio_component", "ready", **one)
    client.update_studio_component(studioId=studio.studio_id, **one, name="After")
    ready = settled("studio_component", "ready", **one)
    assert (ready["name"], ready["description"]) == ("After", "before")
    assert ready["statusCode"] == "STUDIO_COMPONENT_UPDATED"


@proves("DeleteStudioComponent")
def test_a_component_is_deleted(client: Any, studio: Studio, settled: Settled) -> None:
    component = created(client, studio)
    one = {"studioComponentId": component["studioComponentId"]}
    settled("studio_component", "ready", **one)
    answer = client.delete_studio_component(studioId=studio.studio_id, **one)["studioComponent"]
    assert answer["state"] == "DELETE_IN_PROGRESS"
    assert settled("studio_component", "deleted", **one)["state"] == "DELETED"
    with pytest.raises(client.exceptions.ConflictException):
        client.update_studio_component(studioId=studio.studio_id, **one, name="Too late")


def test_a_component_of_a_launch_profile_is_not_deleted(client: Any, studio: Studio) -> None:
    profile = client.get_launch_profile(studioId=studio.studio_id, launchProfileId=studio.founding["launchProfileId"])[
        "launchProfile"
    ]
    with pytest.raises(client.exceptions.ConflictException) as refused:
        client.delete_studio_component(studioId=studio.studio_id, studioComponentId=profile["studioComponentIds"][0])
    assert refused.value.response["code"] == "STUDIO_COMPONENT_IN_USE"


def test_parts_that_do_not_fit_are_refused(client: Any, studio: Studio) -> None:
    with pytest.raises(client.exceptions.ValidationException):
        created(client, studio, "COMPUTE_FARM", configuration=CONFIGURATIONS["LICENSE_SERVICE"][1])
    with pytest.raises(client.exceptions.ValidationException):
        created(client, studio, "CUSTOM", subtype="AMAZON_FSX_FOR_WINDOWS")


def test_a_second_active_directory_is_beyond_the_quota(client: Any, studio: Studio, settled: Settled) -> None:
    listed = client.list_studio_components(studioId=studio.studio_id, types=["ACTIVE_DIRECTORY"])["studioComponents"]
    for each in listed:
        if each["state"] == "DELETE_IN_PROGRESS":
            settled("studio_component", "deleted", studioComponentId=each["studioComponentId"])
    first = created(client, studio, "ACTIVE_DIRECTORY")
    try:
        with pytest.raises(client.exceptions.ServiceQuotaExceededException) as refused:
            created(client, studio, "ACTIVE_DIRECTORY")
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 402
    finally:
        settled("studio_component", "ready", studioComponentId=first["studioComponentId"])
        client.delete_studio_component(studioId=studio.studio_id, studioComponentId=first["studioComponentId"])


@proves("CreateStreamingImage", "GetStreamingImage", "ListStreamingImages")
def test_an_image_is_created_read_and_listed(client: Any, studio: Studio, settled: Settled) -> None:
    image = client.create_streaming_image(
        studioId=studio.studio_id, ec2ImageId="ami-0a1b2c3d", name="Blender", description="4.2", tags={"os": "rocky"}
    )["streamingImage"]
    assert image["state"] == "CREATE_IN_PROGRESS"
    one = {"streamingImageId": image["streamingImageId"]}
    ready = settled("streaming_image", "ready", **one)
    assert (ready["state"], ready["statusCode"]) == ("READY", "STREAMING_IMAGE_READY")
    assert (ready["owner"], ready["platform"], ready["tags"]) == (studio.studio_id, "LINUX", {"os": "rocky"})
    paginator = client.get_paginator("list_streaming_images")
    own = paginator.paginate(studioId=studio.studio_id, owner=studio.studio_id).build_full_result()
    assert ready in own["streamingImages"]
    everything = paginator.paginate(studioId=studio.studio_id).build_full_result()["streamingImages"]
    assert studio.founding["streamingImageId"] in {each["streamingImageId"] for each in everything}
    client.delete_streaming_image(studioId=studio.studio_id, **one)


@proves("UpdateStreamingImage", "DeleteStreamingImage")
def test_an_image_is_changed_and_deleted(client: Any, studio: Studio, settled: Settled) -> None:
    image = client.create_streaming_image(studioId=studio.studio_id, ec2ImageId="ami-1", name="Old")["streamingImage"]
    one = {"streamingImageId": image["streamingImageId"]}
    settled("streaming_image", "ready", **one)
    client.update_streaming_image(studioId=studio.studio_id, **one, description="newer")
    ready = settled("streaming_image", "ready", **one)
    assert (ready["name"], ready["description"]) == ("Old", "newer")
    client.delete_streaming_image(studioId=studio.studio_id, **one)
    assert settled("streaming_image", "deleted", **one)["state"] == "DELETED"


def test_the_vendors_image_cannot_be_changed(client: Any, studio: Studio) -> None:
    one = {"studioId": studio.studio_id, "streamingImageId": studio.founding["streamingImageId"]}
    for refused in (client.update_streaming_image, client.delete_streaming_image):
        with pytest.raises((client.exceptions.ValidationException, client.exceptions.AccessDeniedException)):
            refused(**one)


def test_an_image_id_of_another_form_is_refused(client: Any, studio: Studio) -> None:
    with pytest.raises(client.exceptions.ValidationException, match=r"\^ami-\[0-9A-z\]\+\$"):
        client.create_streaming_image(studioId=studio.studio_id, ec2ImageId="debian", name="Debian")
