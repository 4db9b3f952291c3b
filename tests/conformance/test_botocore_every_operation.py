"""What holds for all 49 operations alike: who may not, what is not there, what breaks a constraint, how errors look."""

import re
import uuid
from contextlib import suppress
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from tests.conformance.conftest import Person
from tests.running import Studio

MODEL = botocore.session.Session().get_service_model("nimble")
NAMES = sorted(MODEL.operation_names)
UNKNOWN = "us-west-2:stid-nyoqq12fteqy1x48"
ANYBODY = {"GetStudioMember", "ListEulaAcceptances", "ListEulas", "ListStudioMembers"}
"""What the original let every user of a portal do (facts sheet 4.3)."""
NOT_IN_A_STUDIO = {"CreateStudio", "GetEula", "ListEulas", "ListStudios", "TagResource", "UntagResource"}
NOT_IN_A_STUDIO |= {"ListTagsForResource"}
TEXTS = ["none", "ami-0", "arn:aws:iam::1:role/x", "2021-03-31", "LINUX", "/mnt", "Z"]


def least(shape: Shape) -> Any:
    """The least that the model lets a client send."""
    if isinstance(shape, StructureShape):
        required = [shape.required_members[0]] if shape.is_tagged_union else shape.required_members
        return {name: least(shape.members[name]) for name in required}
    if isinstance(shape, ListShape):
        return [least(shape.member)] * max(shape.metadata.get("min", 1), 1)
    if isinstance(shape, MapShape):
        return {"key": "value"}
    if shape.type_name == "integer":
        return shape.metadata["min"]
    if shape.enum:
        return shape.enum[0]
    constraints = shape.metadata
    return next(
        text
        for text in TEXTS
        if constraints.get("min", 0) <= len(text) <= constraints.get("max", 10_000)
        and re.search(constraints.get("pattern", ""), text)
    )


def parameters(operation: OperationModel, studio: Studio) -> dict[str, Any]:
    """The least parameters: of things that are not there, in the studio."""
    given = dict(least(operation.input_shape))
    if "studioId" in given:
        given["studioId"] = studio.studio_id
    if "platform" in given:
        given |= {"platform": "LINUX", "launchPurpose": "WORKSTATION"}
    if "resourceArn" in given:
        given["resourceArn"] = f"arn:aws:nimble:us-west-2:{studio.founding['accountId']}:streaming-session/none"
    if operation.name == "CreateStudio":
        given["studioName"] = f"every{uuid.uuid4().hex[:12]}"
    return given


def refusal(client: Any, name: str, given: dict[str, Any]) -> ClientError:
    """The error that the call ends with."""
    with pytest.raises(ClientError) as refused:
        client._make_api_call(name, given)
    return refused.value


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ANYBODY])
def test_who_may_not_is_told_which_action_on_what(studio: Studio, artist: Person, name: str) -> None:
    error = refusal(artist.client, name, parameters(MODEL.operation_model(name), studio))
    assert error.__class__ is artist.client.exceptions.AccessDeniedException
    user = f"arn:aws:iam::{studio.founding['accountId']}:user/artist"
    assert re.fullmatch(
        rf"User: {user} is not authorized to perform: nimble:\w+ on resource: (\*|arn:aws:nimble:us-west-2:.*) "
        r"because no identity-based policy allows the nimble:\w+ action",
        error.response["message"],
    )
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 403


@pytest.mark.parametrize("name", sorted(ANYBODY))
def test_what_everybody_may_is_answered_to_everybody(studio: Studio, artist: Person, name: str) -> None:
    given = parameters(MODEL.operation_model(name), studio)
    if name == "GetStudioMember":
        assert refusal(artist.client, name, given).__class__ is artist.client.exceptions.ResourceNotFoundException
    else:
        assert artist.client._make_api_call(name, given)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize("name", [name for name in NAMES if name not in NOT_IN_A_STUDIO])
def test_a_studio_that_is_not_there_is_not_found(client: Any, studio: Studio, name: str) -> None:
    given = {**parameters(MODEL.operation_model(name), studio), "studioId": UNKNOWN}
    error = refusal(client, name, given)
    assert error.__class__ is client.exceptions.ResourceNotFoundException
    assert error.response["context"].keys() == {"resourceId"}
    assert error.response["ResponseMetadata"]["HTTPStatusCode"] == 404


@pytest.mark.parametrize("name", ["GetEula", "TagResource", "UntagResource", "ListTagsForResource"])
def test_what_is_in_no_studio_is_not_found_either(client: Any, studio: Studio, name: str) -> None:
    error = refusal(client, name, parameters(MODEL.operation_model(name), studio))
    assert error.__class__ is client.exceptions.ResourceNotFoundException


def broken(operation: OperationModel) -> dict[str, Any]:
    """A parameter that breaks a constraint of the model; none where the operation has none to break."""
    for name, shape in operation.input_shape.members.items():
        longest = shape.metadata.get("max")
        if shape.type_name == "integer":
            return {name: longest + 1}
        if shape.type_name == "string" and shape.enum:
            return {name: "NO_SUCH_VALUE"}
        if shape.type_name == "string" and longest:
            return {name: "a" * (longest + 1)}
        if shape.type_name == "string" and "pattern" in shape.metadata:
            return {name: "!"}
        if name == "nextToken":
            return {name: "not one of ours"}
    return {}


@pytest.mark.parametrize("name", [name for name in NAMES if broken(MODEL.operation_model(name))])
def test_a_broken_constraint_is_told(unchecking: Any, studio: Studio, name: str) -> None:
    operation = MODEL.operation_model(name)
    error = refusal(unchecking, name, {**parameters(operation, studio), **broken(operation)})
    assert error.__class__ is unchecking.exceptions.ValidationException
    assert "1 validation error detected" in error.response["message"]


@pytest.mark.parametrize("name", [each for each in NAMES if MODEL.operation_model(each).idempotent_members])
def test_the_client_sends_a_token_by_itself_and_the_server_takes_it(client: Any, studio: Studio, name: str) -> None:
    operation = MODEL.operation_model(name)
    sent: list[str] = []
    event = f"before-send.nimble.{name}"

    def note(request: Any, **_kwargs: Any) -> None:
        sent.append(request.headers["X-Amz-Client-Token"].decode())

    client.meta.events.register_first(event, note)
    given = parameters(operation, studio)
    try:
        with suppress(client.exceptions.ResourceNotFoundException):
            client._make_api_call(name, given if name == "CreateStudio" else {**given, "studioId": UNKNOWN})
    finally:
        client.meta.events.unregister(event, note)
    assert uuid.UUID(sent[0])


def test_a_call_that_is_repeated_with_its_token_is_done_once(client: Any, studio: Studio) -> None:
    given = {"studioId": studio.studio_id, "type": "CUSTOM", "subtype": "CUSTOM", "name": "Once"}
    token = uuid.uuid4().hex
    first = client.create_studio_component(**given, clientToken=token)["studioComponent"]
    again = client.create_studio_component(**given, clientToken=token)["studioComponent"]
    assert first["studioComponentId"] == again["studioComponentId"]
    with pytest.raises(client.exceptions.ValidationException) as refused:
        client.create_studio_component(**{**given, "name": "Twice"}, clientToken=token)
    assert refused.value.response["code"] == "CLIENT_TOKEN_REUSED"


@pytest.mark.parametrize("name", [each.name for each in MODEL.error_shapes])
def test_every_error_of_the_model_has_its_class(client: Any, name: str) -> None:
    assert issubclass(getattr(client.exceptions, name), ClientError)
