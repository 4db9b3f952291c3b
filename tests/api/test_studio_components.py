"""Studio components: what fits together, how many there may be, and what may become of one in use."""

from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID

from greenroom.studio.components import ComponentType
from greenroom.studio.status import ResourceState
from greenroom.wire import errors, shapes

Type, Subtype = shapes.StudioComponentType, shapes.StudioComponentSubtype
Configuration = shapes.StudioComponentConfiguration

FILE_SYSTEM = Configuration(
    shared_file_system_configuration=shapes.SharedFileSystemConfiguration(
        file_system_id="fs-0123456789abcdef0",
        linux_mount_point="/mnt/show",
        share_name="share",
        windows_mount_drive="Z",
    )
)
DIRECTORY = Configuration(
    active_directory_configuration=shapes.ActiveDirectoryConfiguration(
        directory_id="d-906700abcd",
        computer_attributes=[shapes.ActiveDirectoryComputerAttribute(name="location", value="stage 2")],
    )
)
FARM = Configuration(compute_farm_configuration=shapes.ComputeFarmConfiguration(endpoint="farm.studio.test:8080"))
LICENCES = Configuration(
    license_service_configuration=shapes.LicenseServiceConfiguration(endpoint="licences.studio.test:4101")
)
SCRIPT = shapes.StudioComponentInitializationScript(
    launch_profile_protocol_version="2021-03-31",
    platform=shapes.LaunchProfilePlatform.LINUX,
    run_context=shapes.StudioComponentInitializationScriptRunContext.SYSTEM_INITIALIZATION,
    script="echo hello",
)


def create(api: Api, **members: Any) -> shapes.StudioComponent:
    request = shapes.CreateStudioComponentRequest(
        **({"studio_id": STUDIO_ID, "name": "Show", "type": Type.CUSTOM} | members)
    )
    component = api.call(request, shapes.CreateStudioComponentResponse).studio_component
    assert component is not None
    return component


def get(api: Api, component_id: str | None) -> shapes.StudioComponent:
    component = api.call(
        shapes.GetStudioComponentRequest(studio_id=STUDIO_ID, studio_component_id=str(component_id)),
        shapes.GetStudioComponentResponse,
    ).studio_component
    assert component is not None
    return component


def update(api: Api, component_id: str | None, **members: Any) -> shapes.StudioComponent:
    component = api.call(
        shapes.UpdateStudioComponentRequest(studio_id=STUDIO_ID, studio_component_id=str(component_id), **members),
        shapes.UpdateStudioComponentResponse,
    ).studio_component
    assert component is not None
    return component


def delete(api: Api, component_id: str | None, **members: Any) -> shapes.StudioComponent:
    component = api.call(
        shapes.DeleteStudioComponentRequest(studio_id=STUDIO_ID, studio_component_id=str(component_id), **members),
        shapes.DeleteStudioComponentResponse,
    ).studio_component
    assert component is not None
    return component


def test_a_new_component_is_in_progress_first_and_then_ready(api: Api) -> None:
    created = create(api)
    assert (created.state, created.status_code) == ("CREATE_IN_PROGRESS", "STUDIO_COMPONENT_CREATE_IN_PROGRESS")
    api.settle()
    ready = get(api, created.studio_component_id)
    assert (ready.state, ready.status_code) == ("READY", "STUDIO_COMPONENT_CREATED")
    assert ready.status_message == "Studio Component has been created"


def test_all_that_was_given_is_shown(api: Api) -> None:
    given = {
        "name": "Show",
        "description": "The show's files",
        "type": Type.SHARED_FILE_SYSTEM,
        "subtype": Subtype.AMAZON_FSX_FOR_WINDOWS,
        "configuration": FILE_SYSTEM,
        "ec2_security_group_ids": ["sg-0123456789abcdef0"],
        "initialization_scripts": [SCRIPT],
        "script_parameters": [shapes.ScriptParameterKeyValue(key="SHOW", value="aurora")],
        "runtime_role_arn": "arn:aws:iam::123456789012:role/runtime",
        "secure_initialization_role_arn": "arn:aws:iam::123456789012:role/secure",
        "tags": {"show": "aurora"},
    }
    shown = get(api, create(api, **given).studio_component_id)
    assert {name: getattr(shown, name) for name in given} == given
    assert shown.arn == f"arn:aws:nimble:us-west-2:123456789012:studio-component/{shown.studio_component_id}"
    assert (shown.created_by, shown.updated_by) == (api.admin.principal_id, api.admin.principal_id)
    assert shown.created_at == shown.updated_at == api.clock()


@pytest.mark.parametrize(
    ("kind", "subtype", "configuration"),
    [
        (Type.ACTIVE_DIRECTORY, Subtype.AWS_MANAGED_MICROSOFT_AD, DIRECTORY),
        (Type.SHARED_FILE_SYSTEM, Subtype.AMAZON_FSX_FOR_WINDOWS, FILE_SYSTEM),
        (Type.SHARED_FILE_SYSTEM, Subtype.AMAZON_FSX_FOR_LUSTRE, FILE_SYSTEM),
        (Type.SHARED_FILE_SYSTEM, Subtype.CUSTOM, FILE_SYSTEM),
        (Type.COMPUTE_FARM, Subtype.CUSTOM, FARM),
        (Type.LICENSE_SERVICE, Subtype.CUSTOM, LICENCES),
        (Type.CUSTOM, Subtype.CUSTOM, None),
        (Type.CUSTOM, None, None),
        (Type.SHARED_FILE_SYSTEM, None, None),
    ],
)
def test_every_pair_on_record_can_be_created(
    api: Api, kind: shapes.StudioComponentType, subtype: Any, configuration: Any
) -> None:
    created = create(api, type=kind, subtype=subtype, configuration=configuration)
    shown = get(api, created.studio_component_id)
    assert (shown.type, shown.subtype, shown.configuration) == (kind, subtype, configuration)


@pytest.mark.parametrize(
    ("kind", "subtype"),
    [
        (Type.ACTIVE_DIRECTORY, Subtype.CUSTOM),
        (Type.SHARED_FILE_SYSTEM, Subtype.AWS_MANAGED_MICROSOFT_AD),
        (Type.COMPUTE_FARM, Subtype.AMAZON_FSX_FOR_LUSTRE),
        (Type.CUSTOM, Subtype.AMAZON_FSX_FOR_WINDOWS),
    ],
)
def test_a_subtype_of_another_type_is_refused(api: Api, kind: Any, subtype: Any) -> None:
    with refused(errors.ValidationException, "STUDIO_COMPONENT_SUBTYPE_MISMATCH"):
        create(api, type=kind, subtype=subtype)


@pytest.mark.parametrize(("kind", "configuration"), [(Type.CUSTOM, FARM), (Type.SHARED_FILE_SYSTEM, LICENCES)])
def test_a_configuration_of_another_type_is_refused(api: Api, kind: Any, configuration: Any) -> None:
    with refused(errors.ValidationException, "STUDIO_COMPONENT_CONFIGURATION_MISMATCH") as caught:
        create(api, type=kind, configuration=configuration)
    assert "studio.test" not in caught.value.message, "endpoints are sensitive"


def test_a_second_active_directory_is_beyond_the_quota(api: Api) -> None:
    first = create(api, type=Type.ACTIVE_DIRECTORY)
    with refused(errors.ServiceQuotaExceededException, "ACTIVE_DIRECTORY_ALREADY_EXISTS"):
        create(api, type=Type.ACTIVE_DIRECTORY)
    api.settle()
    delete(api, first.studio_component_id)
    api.settle()
    create(api, type=Type.ACTIVE_DIRECTORY)


def test_another_component_cannot_become_a_second_active_directory(api: Api) -> None:
    create(api, type=Type.ACTIVE_DIRECTORY)
    other = api.add_component(subtype=None)
    with refused(errors.ServiceQuotaExceededException, "ACTIVE_DIRECTORY_ALREADY_EXISTS"):
        update(api, other.studio_component_id, type=Type.ACTIVE_DIRECTORY)


def test_shared_file_systems_have_a_quota_that_settings_name(api: Api) -> None:
    api.limit(shared_file_systems=1)
    create(api, type=Type.SHARED_FILE_SYSTEM)
    with refused(errors.ServiceQuotaExceededException, "SHARED_FILE_SYSTEMS") as caught:
        create(api, type=Type.SHARED_FILE_SYSTEM)
    assert "quota_shared_file_systems" in caught.value.message
    create(api, type=Type.CUSTOM)


def test_too_many_tags_are_refused(api: Api) -> None:
    with refused(errors.ValidationException, "TOO_MANY_TAGS"):
        create(api, tags={f"key{number}": "" for number in range(51)})


def test_a_call_repeated_under_its_token_makes_one_component(api: Api) -> None:
    first = create(api, client_token="once")
    api.settle()
    again = create(api, client_token="once")
    assert again.studio_component_id == first.studio_component_id
    assert again.state == "READY", "as it is now"
    with refused(errors.ValidationException, "CLIENT_TOKEN_REUSED"):
        create(api, client_token="once", name="Another")


def test_an_update_changes_what_it_names_and_leaves_the_rest(api: Api) -> None:
    created = create(
        api,
        type=Type.SHARED_FILE_SYSTEM,
        description="before",
        configuration=FILE_SYSTEM,
        initialization_scripts=[SCRIPT],
    )
    api.settle()
    api.clock.advance(minutes=1)
    changing = update(api, created.studio_component_id, description="after", initialization_scripts=[])
    assert (changing.state, changing.status_code) == ("UPDATE_IN_PROGRESS", "STUDIO_COMPONENT_UPDATE_IN_PROGRESS")
    api.settle()
    changed = get(api, created.studio_component_id)
    assert (changed.state, changed.status_code) == ("READY", "STUDIO_COMPONENT_UPDATED")
    assert (changed.description, changed.initialization_scripts) == ("after", [])
    assert changed.configuration == FILE_SYSTEM
    assert changed.updated_at == api.clock()


def test_an_update_cannot_leave_parts_that_do_not_fit(api: Api) -> None:
    created = create(api, type=Type.SHARED_FILE_SYSTEM, configuration=FILE_SYSTEM)
    api.settle()
    with refused(errors.ValidationException, "STUDIO_COMPONENT_CONFIGURATION_MISMATCH"):
        update(api, created.studio_component_id, type=Type.COMPUTE_FARM)


@pytest.mark.parametrize("state", ["CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "DELETED"])
def test_in_a_transition_and_after_its_end_a_component_takes_no_change(api: Api, state: str) -> None:
    component = api.add_component(state=ResourceState(state))
    with refused(errors.ConflictException, state):
        update(api, component.studio_component_id, name="x")
    with refused(errors.ConflictException, state):
        delete(api, component.studio_component_id)


def test_a_component_that_failed_to_come_can_only_be_deleted(api: Api) -> None:
    component = api.add_component(state=ResourceState.CREATE_FAILED)
    with refused(errors.ConflictException, "CREATE_FAILED"):
        update(api, component.studio_component_id, name="x")
    assert delete(api, component.studio_component_id).state == "DELETE_IN_PROGRESS"


def test_a_deleted_component_is_shown_as_such(api: Api) -> None:
    component = api.add_component()
    assert delete(api, component.studio_component_id).state == "DELETE_IN_PROGRESS"
    api.settle()
    gone = get(api, component.studio_component_id)
    assert (gone.state, gone.status_code) == ("DELETED", "STUDIO_COMPONENT_DELETED")


def test_a_component_of_a_launch_profile_stays(api: Api) -> None:
    with refused(errors.ConflictException, "STUDIO_COMPONENT_IN_USE") as caught:
        delete(api, api.component.studio_component_id)
    assert api.profile.launch_profile_id in caught.value.message


def test_listings_filter_by_state_and_type(api: Api) -> None:
    directory = api.add_component(type=ComponentType.ACTIVE_DIRECTORY, subtype=None)
    gone = api.add_component(state=ResourceState.DELETED)

    def listed(**filters: Any) -> set[str | None]:
        request = shapes.ListStudioComponentsRequest(studio_id=STUDIO_ID, **filters)
        page = api.call(request, shapes.ListStudioComponentsResponse)
        return {component.studio_component_id for component in page.studio_components or []}

    everything = {api.component.studio_component_id, directory.studio_component_id, gone.studio_component_id}
    assert listed() == everything
    assert listed(types=[Type.ACTIVE_DIRECTORY]) == {directory.studio_component_id}
    assert listed(states=[shapes.StudioComponentState.DELETED]) == {gone.studio_component_id}
    assert listed(states=[shapes.StudioComponentState.DELETED], types=[Type.ACTIVE_DIRECTORY]) == set()


def test_pages_hold_50_and_show_every_component_once(api: Api) -> None:
    made = {api.add_component().studio_component_id for _ in range(60)} | {api.component.studio_component_id}
    sizes, seen, token = [], [], None
    while True:
        page = api.call(
            shapes.ListStudioComponentsRequest(studio_id=STUDIO_ID, max_results=100, next_token=token),
            shapes.ListStudioComponentsResponse,
        )
        sizes.append(len(page.studio_components or []))
        seen += [component.studio_component_id for component in page.studio_components or []]
        token = page.next_token
        if token is None:
            break
    assert sizes == [50, 11]
    assert len(seen) == len(set(seen))
    assert set(seen) == made


def test_what_another_studio_has_is_not_found(api: Api) -> None:
    elsewhere = api.add_component(studio_id="us-west-2:stid-0000000000000000")
    with refused(errors.ResourceNotFoundException, "STUDIO_COMPONENT_NOT_FOUND"):
        get(api, elsewhere.studio_component_id)
    with refused(errors.ResourceNotFoundException, "STUDIO_COMPONENT_NOT_FOUND"):
        update(api, elsewhere.studio_component_id, name="x")
    with refused(errors.ResourceNotFoundException, "STUDIO_COMPONENT_NOT_FOUND"):
        delete(api, elsewhere.studio_component_id)


def test_a_studio_that_is_not_there_or_is_going_takes_no_components(api: Api) -> None:
    with refused(errors.ResourceNotFoundException, "STUDIO_NOT_FOUND"):
        create(api, studio_id="us-west-2:stid-0000000000000000")
    api.change_studio(state=ResourceState.DELETE_IN_PROGRESS)
    with refused(errors.ConflictException, "DELETE_IN_PROGRESS"):
        create(api)


def test_plain_users_are_told_the_same_of_what_is_there_and_what_is_not(api: Api) -> None:
    messages = set()
    for component_id in (api.component.studio_component_id, "nowhere"):
        request = shapes.GetStudioComponentRequest(studio_id=STUDIO_ID, studio_component_id=component_id)
        with refused(errors.AccessDeniedException) as caught:
            api.call(request, shapes.GetStudioComponentResponse, by=api.artist)
        messages.add(caught.value.message.replace(component_id, "ID"))
    assert len(messages) == 1
