"""Launch profiles by the official client: their life, their members, and what is derived from them."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.conformance.conftest import Person
from tests.conformance.coverage import proves
from tests.running import Studio

Settled = Callable[..., dict[str, Any]]
VALIDATIONS = [
    "VALIDATE_ACTIVE_DIRECTORY_STUDIO_COMPONENT",
    "VALIDATE_SUBNET_ASSOCIATION",
    "VALIDATE_NETWORK_ACL_ASSOCIATION",
    "VALIDATE_SECURITY_GROUP_ASSOCIATION",
]


@pytest.fixture(scope="module")
def component_id(client: Any, studio: Studio) -> str:
    """A component whose scripts are of every platform and context."""
    scripts = [
        {"launchProfileProtocolVersion": "2021-03-31", "platform": platform, "runContext": context, "script": "true"}
        for platform in ("LINUX", "WINDOWS")
        for context in ("SYSTEM_INITIALIZATION", "USER_INITIALIZATION")
    ]
    component = client.create_studio_component(
        studioId=studio.studio_id,
        name="Scripts",
        type="CUSTOM",
        subtype="CUSTOM",
        ec2SecurityGroupIds=["sg-1"],
        initializationScripts=scripts,
    )["studioComponent"]
    return str(component["studioComponentId"])


@pytest.fixture
def created(client: Any, studio: Studio, component_id: str) -> Callable[..., dict[str, Any]]:
    """Makes a profile, as CreateLaunchProfile answers."""

    def create(configuration: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
        members = {
            "name": "Compositing",
            "ec2SubnetIds": ["subnet-1"],
            "launchProfileProtocolVersions": ["2021-03-31"],
            "studioComponentIds": [component_id],
            "streamConfiguration": {
                "clipboardMode": "ENABLED",
                "ec2InstanceTypes": ["g4dn.xlarge", "g5.2xlarge"],
                "streamingImageIds": [studio.founding["streamingImageId"]],
                **(configuration or {}),
            },
            **more,
        }
        return dict(client.create_launch_profile(studioId=studio.studio_id, **members)["launchProfile"])

    return create


@pytest.fixture
def ready(created: Callable[..., dict[str, Any]], settled: Settled) -> dict[str, Any]:
    """A READY profile."""
    return settled("launch_profile", "ready", launchProfileId=created()["launchProfileId"])


@proves("CreateLaunchProfile", "GetLaunchProfile")
def test_a_profile_has_the_defaults_that_the_original_filled_in(
    created: Callable[..., dict[str, Any]], settled: Settled
) -> None:
    profile = created(description="2D", tags={"department": "comp"})
    assert profile["state"] == "CREATE_IN_PROGRESS"
    ready = settled("launch_profile", "ready", launchProfileId=profile["launchProfileId"])
    assert (ready["state"], ready["statusCode"]) == ("READY", "LAUNCH_PROFILE_CREATED")
    configuration = ready["streamConfiguration"]
    assert configuration["maxSessionLengthInMinutes"] == 690
    assert configuration["maxStoppedSessionLengthInMinutes"] == 0
    assert [each["type"] for each in ready["validationResults"]] == VALIDATIONS
    assert {each["statusMessage"] for each in ready["validationResults"]} == {"The validation succeeded."}
    assert (ready["ec2SubnetIds"], ready["tags"]) == (["subnet-1"], {"department": "comp"})


def test_a_whole_configuration_comes_back_as_it_was_given(
    created: Callable[..., dict[str, Any]], settled: Settled
) -> None:
    configuration = {
        "automaticTerminationMode": "ACTIVATED",
        "clipboardMode": "DISABLED",
        "maxSessionLengthInMinutes": 43200,
        "maxStoppedSessionLengthInMinutes": 5760,
        "sessionBackup": {"maxBackupsToRetain": 10, "mode": "AUTOMATIC"},
        "sessionPersistenceMode": "ACTIVATED",
        "sessionStorage": {"mode": ["UPLOAD"], "root": {"linux": "$HOME/upload", "windows": "%HOMEPATH%\\upload"}},
        "volumeConfiguration": {"iops": 16000, "size": 16000, "throughput": 1000},
    }
    profile = created(configuration)
    ready = settled("launch_profile", "ready", launchProfileId=profile["launchProfileId"])
    assert {name: ready["streamConfiguration"][name] for name in configuration} == configuration


@proves("ListLaunchProfiles")
def test_profiles_are_listed_by_state_and_member(
    client: Any, studio: Studio, ready: dict[str, Any], artist: Person
) -> None:
    def listed(**filters: Any) -> list[str]:
        pages = client.get_paginator("list_launch_profiles").paginate(studioId=studio.studio_id, **filters)
        return [each["launchProfileId"] for each in pages.build_full_result()["launchProfiles"]]

    assert ready["launchProfileId"] in listed(states=["READY"])
    assert ready["launchProfileId"] not in listed(states=["DELETED", "CREATE_FAILED"])
    assert ready["launchProfileId"] not in listed(principalId=artist.principal_id)


@proves("UpdateLaunchProfile")
def test_a_profile_is_changed_in_part(client: Any, studio: Studio, settled: Settled, ready: dict[str, Any]) -> None:
    one = {"launchProfileId": ready["launchProfileId"]}
    answer = client.update_launch_profile(studioId=studio.studio_id, **one, name="Lighting")["launchProfile"]
    assert answer["state"] == "UPDATE_IN_PROGRESS"
    changed = settled("launch_profile", "ready", **one)
    assert (changed["name"], changed["statusCode"]) == ("Lighting", "LAUNCH_PROFILE_UPDATED")
    assert changed["streamConfiguration"] == ready["streamConfiguration"]


@proves("DeleteLaunchProfile")
def test_a_profile_is_deleted(client: Any, studio: Studio, settled: Settled, ready: dict[str, Any]) -> None:
    one = {"launchProfileId": ready["launchProfileId"]}
    assert client.delete_launch_profile(studioId=studio.studio_id, **one)["launchProfile"]["state"] == (
        "DELETE_IN_PROGRESS"
    )
    assert settled("launch_profile", "deleted", **one)["state"] == "DELETED"


@proves("GetLaunchProfileDetails")
def test_details_bring_images_and_components(
    client: Any, studio: Studio, ready: dict[str, Any], component_id: str
) -> None:
    details = client.get_launch_profile_details(studioId=studio.studio_id, launchProfileId=ready["launchProfileId"])
    assert details["launchProfile"] == ready
    assert [each["streamingImageId"] for each in details["streamingImages"]] == [studio.founding["streamingImageId"]]
    (summary,) = details["studioComponentSummaries"]
    assert (summary["studioComponentId"], summary["name"], summary["type"]) == (component_id, "Scripts", "CUSTOM")


@pytest.mark.parametrize("platform", ["LINUX", "WINDOWS"])
@proves("GetLaunchProfileInitialization")
def test_initialization_has_the_scripts_of_one_platform(
    client: Any, studio: Studio, ready: dict[str, Any], component_id: str, platform: str
) -> None:
    found = client.get_launch_profile_initialization(
        studioId=studio.studio_id,
        launchProfileId=ready["launchProfileId"],
        launchProfileProtocolVersions=["2021-03-31"],
        launchPurpose="WORKSTATION",
        platform=platform,
    )["launchProfileInitialization"]
    assert (found["platform"], found["launchPurpose"]) == (platform, "WORKSTATION")
    assert found["ec2SecurityGroupIds"] == ["sg-1"]
    for context in ("system", "user"):
        (script,) = found[f"{context}InitializationScripts"]
        assert (script["studioComponentId"], script["script"]) == (component_id, "true")


@proves(
    "PutLaunchProfileMembers",
    "GetLaunchProfileMember",
    "ListLaunchProfileMembers",
    "UpdateLaunchProfileMember",
    "DeleteLaunchProfileMember",
)
def test_a_member_may_use_the_profile_until_taken_off(
    client: Any, studio: Studio, ready: dict[str, Any], new_person: Callable[..., Person]
) -> None:
    person = new_person(f"member-{ready['launchProfileId'].lower().replace('_', '-')}")
    profile = {"studioId": studio.studio_id, "launchProfileId": ready["launchProfileId"]}
    with pytest.raises(client.exceptions.AccessDeniedException):
        person.client.get_launch_profile(**profile)
    client.put_launch_profile_members(
        **profile, identityStoreId="d-greenroom0", members=[{"persona": "USER", "principalId": person.principal_id}]
    )
    assert person.client.get_launch_profile(**profile)["launchProfile"]["launchProfileId"] == ready["launchProfileId"]
    one = {**profile, "principalId": person.principal_id}
    member = client.get_launch_profile_member(**one)["member"]
    assert (member["persona"], member["principalId"]) == ("USER", person.principal_id)
    pages = client.get_paginator("list_launch_profile_members").paginate(**profile)
    assert member in pages.build_full_result()["members"]
    updated = client.update_launch_profile_member(**one, persona="USER")["member"]
    assert updated["persona"] == "USER"
    mine = person.client.list_launch_profiles(studioId=studio.studio_id, principalId=person.principal_id)
    assert [each["launchProfileId"] for each in mine["launchProfiles"]] == [ready["launchProfileId"]]
    client.delete_launch_profile_member(**one)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_launch_profile_member(**one)
    with pytest.raises(client.exceptions.AccessDeniedException):
        person.client.get_launch_profile(**profile)


@pytest.mark.parametrize(
    ("configuration", "more", "code"),
    [
        ({"streamingImageIds": ["none"]}, {}, "STREAMING_IMAGE_NOT_FOUND"),
        ({}, {"studioComponentIds": ["none"]}, "STUDIO_COMPONENT_NOT_FOUND"),
        ({"volumeConfiguration": {"size": 100}}, {}, None),
    ],
    ids=["image", "component", "volume without persistence"],
)
def test_a_profile_of_what_is_not_there_is_refused(
    client: Any,
    created: Callable[..., dict[str, Any]],
    configuration: dict[str, Any],
    more: dict[str, Any],
    code: str | None,
) -> None:
    with pytest.raises(client.exceptions.ValidationException) as refused:
        created(configuration, **more)
    assert code in (None, refused.value.response["code"])
