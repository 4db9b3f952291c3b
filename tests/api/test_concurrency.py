"""Calls at the same time: what each of them decided on is still so when it is written."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from tests.api.calling import Api
from tests.records import STUDIO_ID, make_stream_configuration

from greenroom.store import members
from greenroom.studio.members import StudioMember
from greenroom.wire import errors, shapes

ROUNDS = 5


def together(calls: Sequence[Callable[[], Any]]) -> list[str]:
    """Make all calls at once; of each `done`, or the name of the error."""
    barrier = Barrier(len(calls))

    def make(call: Callable[[], Any]) -> str:
        barrier.wait()
        try:
            call()
        except errors.ApiError as error:
            return error.name
        return "done"

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(make, calls))


def create_component(api: Api, kind: shapes.StudioComponentType) -> None:
    api.call(
        shapes.CreateStudioComponentRequest(studio_id=STUDIO_ID, name="x", type=kind),
        shapes.CreateStudioComponentResponse,
    )


def test_of_several_active_directories_one_comes_to_be(api: Api) -> None:
    outcomes = together([lambda: create_component(api, shapes.StudioComponentType.ACTIVE_DIRECTORY)] * 4)
    assert sorted(outcomes) == ["ServiceQuotaExceededException"] * 3 + ["done"]


def test_a_quota_holds_however_many_ask_at_once(api: Api) -> None:
    api.limit(shared_file_systems=2)
    outcomes = together([lambda: create_component(api, shapes.StudioComponentType.SHARED_FILE_SYSTEM)] * 5)
    assert outcomes.count("done") == 2


def test_a_component_is_either_deleted_or_taken_into_a_profile(api: Api) -> None:
    for _ in range(ROUNDS):
        component_id = api.add_component().studio_component_id
        configuration = make_stream_configuration(streaming_image_ids=[api.image.streaming_image_id])
        create = shapes.CreateLaunchProfileRequest(
            studio_id=STUDIO_ID,
            name="x",
            ec2_subnet_ids=[],
            launch_profile_protocol_versions=["2021-03-31"],
            studio_component_ids=[component_id],
            stream_configuration=shapes.StreamConfigurationCreate(
                clipboard_mode=shapes.StreamingClipboardMode.ENABLED,
                ec2_instance_types=[shapes.StreamingInstanceType.G4DN_XLARGE],
                streaming_image_ids=list(configuration.streaming_image_ids),
            ),
        )
        delete = shapes.DeleteStudioComponentRequest(studio_id=STUDIO_ID, studio_component_id=component_id)
        outcomes = together(
            [
                lambda: api.call(create, shapes.CreateLaunchProfileResponse),  # noqa: B023  called in this round
                lambda: api.call(delete, shapes.DeleteStudioComponentResponse),  # noqa: B023
            ]
        )
        assert outcomes in (["done", "ConflictException"], ["ValidationException", "done"])


def test_two_administrators_cannot_take_the_rights_of_each_other(api: Api) -> None:
    for number in range(ROUNDS):
        second = api.add_user(f"second{number}", administrator=True)
        administers = StudioMember(
            studio_id=STUDIO_ID,
            principal_id=second.principal_id,
            identity_store_id="d-1",
            created_at=api.clock(),
        )
        with api.database.write() as connection:
            members.put_studio_member(connection, administers)

        def take(principal_id: str) -> Callable[[], Any]:
            request = shapes.DeleteStudioMemberRequest(studio_id=STUDIO_ID, principal_id=principal_id)
            return lambda: api.call(request, shapes.DeleteStudioMemberResponse, by=api.admin)

        outcomes = together([take(api.admin.principal_id), take(second.principal_id)])
        assert sorted(outcomes) == ["ConflictException", "done"]
        survivor = second if outcomes[0] == "done" else api.admin
        assert api.principal(survivor.principal_id).administrator
        api.admin = api.principal(survivor.principal_id)


def test_a_call_sent_twice_at_once_under_one_token_makes_one_thing(api: Api) -> None:
    request = shapes.CreateStudioComponentRequest(
        studio_id=STUDIO_ID, name="x", type=shapes.StudioComponentType.CUSTOM, client_token="once"
    )
    made: list[str | None] = []

    def create() -> None:
        component = api.call(request, shapes.CreateStudioComponentResponse).studio_component
        assert component is not None
        made.append(component.studio_component_id)

    together([create] * 3)
    assert len(made) == 3
    assert len(set(made)) == 1
