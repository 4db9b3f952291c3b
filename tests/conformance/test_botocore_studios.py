"""Studios by the official client: their life, their members, their licence agreements, tags of everything."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import WaiterError
from tests.conformance.conftest import Person
from tests.conformance.coverage import proves
from tests.running import Studio
from tests.support import wait_until

ROLES = {
    "adminRoleArn": "arn:aws:iam::123456789012:role/studio-admin",
    "userRoleArn": "arn:aws:iam::123456789012:role/studio-user",
}
Settled = Callable[..., dict[str, Any]]


def created(client: Any, **more: Any) -> dict[str, Any]:
    """A new studio, as CreateStudio answers."""
    name = f"studio{uuid.uuid4().hex[:16]}"
    return dict(client.create_studio(**{"displayName": "Second unit", "studioName": name, **ROLES, **more})["studio"])


@proves("CreateStudio", "GetStudio", "ListStudios")
def test_a_studio_is_created_read_and_listed(client: Any, settled: Settled) -> None:
    studio = created(client, tags={"floor": "3"})
    assert (studio["state"], studio["displayName"]) == ("CREATE_IN_PROGRESS", "Second unit")
    ready = settled("studio", "ready", studioId=studio["studioId"])
    assert (ready["state"], ready["statusCode"]) == ("READY", "STUDIO_CREATED")
    assert ready["arn"].endswith(f":studio/{studio['studioId'].partition(':')[2]}")
    assert ready["tags"] == {"floor": "3"}
    assert ready["studioEncryptionConfiguration"] == {"keyType": "AWS_OWNED_KEY"}
    listed = client.get_paginator("list_studios").paginate().build_full_result()["studios"]
    assert next(each for each in listed if each["studioId"] == studio["studioId"]) == ready


@proves("UpdateStudio")
def test_a_studio_is_changed_in_part(client: Any, settled: Settled) -> None:
    studio = created(client)
    settled("studio", "ready", studioId=studio["studioId"])
    changed = client.update_studio(studioId=studio["studioId"], displayName="Third unit")["studio"]
    assert changed["state"] == "UPDATE_IN_PROGRESS"
    ready = settled("studio", "ready", studioId=studio["studioId"])
    assert (ready["displayName"], ready["adminRoleArn"]) == ("Third unit", ROLES["adminRoleArn"])
    assert ready["statusCode"] == "STUDIO_UPDATED"


@proves("DeleteStudio")
def test_an_empty_studio_is_deleted(client: Any, settled: Settled) -> None:
    studio = created(client)
    settled("studio", "ready", studioId=studio["studioId"])
    assert client.delete_studio(studioId=studio["studioId"])["studio"]["state"] == "DELETE_IN_PROGRESS"
    assert settled("studio", "deleted", studioId=studio["studioId"])["state"] == "DELETED"


def test_a_studio_with_something_in_it_is_not_deleted_and_says_why(client: Any, settled: Settled) -> None:
    one = {"studioId": created(client)["studioId"]}
    settled("studio", "ready", **one)
    component = client.create_studio_component(**one, name="Left", type="CUSTOM", subtype="CUSTOM")["studioComponent"]
    settled("studio_component", "ready", **one, studioComponentId=component["studioComponentId"])
    client.delete_studio(**one)
    with pytest.raises(WaiterError, match="terminal failure state"):
        client.get_waiter("studio_deleted").wait(**one, WaiterConfig={"Delay": 0.05, "MaxAttempts": 400})
    left = client.get_studio(**one)["studio"]
    assert (left["state"], left["statusCode"]) == ("DELETE_FAILED", "STUDIO_WITH_STUDIO_COMPONENTS_NOT_DELETED")


def test_the_name_of_a_studio_is_its_own(client: Any) -> None:
    name = created(client)["studioName"]
    with pytest.raises(client.exceptions.ConflictException) as refused:
        created(client, studioName=name)
    assert refused.value.response["code"] == "STUDIO_NAME_TAKEN"


def test_a_studio_name_in_capitals_is_refused(client: Any) -> None:
    with pytest.raises(client.exceptions.ValidationException, match="regular expression pattern"):
        created(client, studioName="Aurora")


@proves("StartStudioSSOConfigurationRepair")
def test_a_sign_in_that_works_is_not_repaired(client: Any, settled: Settled) -> None:
    studio = created(client)
    settled("studio", "ready", studioId=studio["studioId"])
    with pytest.raises(client.exceptions.ValidationException):
        client.start_studio_sso_configuration_repair(studioId=studio["studioId"])


@proves("PutStudioMembers", "GetStudioMember", "ListStudioMembers", "DeleteStudioMember")
def test_an_administrator_is_made_and_unmade(client: Any, studio: Studio, new_person: Callable[..., Person]) -> None:
    person = new_person("promoted")
    put = client.put_studio_members(
        studioId=studio.studio_id,
        identityStoreId="d-greenroom0",
        members=[{"persona": "ADMINISTRATOR", "principalId": person.principal_id}],
    )
    assert put.keys() == {"ResponseMetadata"}
    one = {"studioId": studio.studio_id, "principalId": person.principal_id}
    member = client.get_studio_member(**one)["member"]
    assert (member["persona"], member["principalId"]) == ("ADMINISTRATOR", person.principal_id)
    assert person.client.list_studios()["studios"]
    listed = client.get_paginator("list_studio_members").paginate(studioId=studio.studio_id)
    assert member in listed.build_full_result()["members"]
    client.delete_studio_member(**one)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_studio_member(**one)

    def is_denied() -> bool:
        try:
            person.client.list_studios()
        except client.exceptions.AccessDeniedException:
            return True
        return False

    wait_until(is_denied, what="the end of the rights")


def test_nobody_unknown_becomes_an_administrator(client: Any, studio: Studio) -> None:
    with pytest.raises(client.exceptions.ValidationException):
        client.put_studio_members(
            studioId=studio.studio_id,
            identityStoreId="d-greenroom0",
            members=[{"persona": "ADMINISTRATOR", "principalId": "nobody"}],
        )


def test_the_last_administrator_stays(client: Any, studio: Studio) -> None:
    listed = client.list_studio_members(studioId=studio.studio_id)["members"]
    if len(listed) == 1:
        with pytest.raises(client.exceptions.ConflictException):
            client.delete_studio_member(studioId=studio.studio_id, principalId=listed[0]["principalId"])


@proves("ListEulas", "GetEula")
def test_licence_agreements_are_listed_and_read(client: Any) -> None:
    listed = client.get_paginator("list_eulas").paginate().build_full_result()["eulas"]
    assert len(listed) >= 9
    for eula in listed[:2]:
        assert client.get_eula(eulaId=eula["eulaId"])["eula"] == eula
    some = [listed[0]["eulaId"], listed[2]["eulaId"]]
    found = client.list_eulas(eulaIds=some)["eulas"]
    assert {eula["eulaId"] for eula in found} == set(some)


@proves("AcceptEulas", "ListEulaAcceptances")
def test_licence_agreements_are_accepted_once(client: Any, settled: Settled) -> None:
    studio_id = created(client)["studioId"]
    settled("studio", "ready", studioId=studio_id)
    eula_id = client.list_eulas()["eulas"][0]["eulaId"]
    (accepted,) = client.accept_eulas(studioId=studio_id, eulaIds=[eula_id])["eulaAcceptances"]
    assert (accepted["eulaId"], accepted["accepteeId"]) == (eula_id, studio_id)
    (again,) = client.accept_eulas(studioId=studio_id, eulaIds=[eula_id])["eulaAcceptances"]
    assert again["eulaAcceptanceId"] == accepted["eulaAcceptanceId"]
    pages = client.get_paginator("list_eula_acceptances").paginate(studioId=studio_id, eulaIds=[eula_id])
    assert pages.build_full_result()["eulaAcceptances"] == [again]


def test_an_agreement_that_is_not_there_is_not_accepted(client: Any, studio: Studio) -> None:
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.accept_eulas(studioId=studio.studio_id, eulaIds=["none"])


@proves("TagResource", "UntagResource", "ListTagsForResource")
def test_a_studio_is_tagged_and_untagged(client: Any) -> None:
    arn = created(client)["arn"]
    tagged = client.tag_resource(resourceArn=arn, tags={"show": "Nordlicht", "a key / with ü": "1"})
    assert tagged["ResponseMetadata"]["HTTPStatusCode"] == 204
    client.tag_resource(resourceArn=arn, tags={"show": "Südlicht"})
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {"show": "Südlicht", "a key / with ü": "1"}
    untagged = client.untag_resource(resourceArn=arn, tagKeys=["show", "a key / with ü", "absent"])
    assert untagged["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == {}


def test_every_kind_of_resource_is_tagged(client: Any, studio: Studio, settled: Settled) -> None:
    founding = studio.founding
    profile = client.get_launch_profile(studioId=studio.studio_id, launchProfileId=founding["launchProfileId"])[
        "launchProfile"
    ]
    arns = [
        profile["arn"],
        client.get_streaming_image(studioId=studio.studio_id, streamingImageId=founding["streamingImageId"])[
            "streamingImage"
        ]["arn"],
        client.get_studio_component(studioId=studio.studio_id, studioComponentId=profile["studioComponentIds"][0])[
            "studioComponent"
        ]["arn"],
    ]
    for arn in arns:
        client.tag_resource(resourceArn=arn, tags={"tagged": "yes"})
        assert client.list_tags_for_resource(resourceArn=arn)["tags"]["tagged"] == "yes"
        client.untag_resource(resourceArn=arn, tagKeys=["tagged"])
        assert "tagged" not in client.list_tags_for_resource(resourceArn=arn)["tags"]


def test_what_is_no_arn_of_ours_has_no_tags(client: Any, studio: Studio) -> None:
    account = studio.founding["accountId"]
    with pytest.raises(client.exceptions.ValidationException):
        client.list_tags_for_resource(resourceArn="arn:aws:s3:::bucket")
    for stranger in (
        f"arn:aws:nimble:us-west-2:{account}:studio/stid-none",
        f"arn:aws:nimble:eu-west-1:{account}:studio/x",
    ):
        with pytest.raises(client.exceptions.ResourceNotFoundException):
            client.list_tags_for_resource(resourceArn=stranger)
