"""Operations on studio components (facts sheet 3.3)."""

from typing import Any

import msgspec

from greenroom.api.context import Context
from greenroom.api.operation import Repeat, Touched, handles, repeats, request_tags, resource, touches_studio
from greenroom.api.paging import page
from greenroom.store import components, launch_profiles
from greenroom.studio.components import (
    ACTIVE_DIRECTORIES,
    STUDIO_COMPONENTS,
    ComponentConfiguration,
    ComponentSubtype,
    ComponentType,
    InitializationScript,
    ScriptParameter,
    StudioComponent,
    check_parts,
)
from greenroom.studio.errors import Conflict, NotFound, QuotaExceeded
from greenroom.studio.ids import new_id
from greenroom.studio.tags import check_tags
from greenroom.wire import shapes

WORK = "studio-component"
PAGE_SIZE = 50
"""What the model lets a page of components hold."""


def component_shape(context: Context, component: StudioComponent) -> shapes.StudioComponent:
    """The component as the API shows it."""
    shape = msgspec.convert(component, shapes.StudioComponent, from_attributes=True)
    shape.arn = context.arn("studio-component", component.studio_component_id)
    return shape


def find(context: Context, studio_id: str, studio_component_id: str, *, for_update: bool = False) -> StudioComponent:
    """The studio's component. Raises NotFound."""
    component = components.get(context.connection, studio_component_id, for_update=for_update)
    if component is None or component.studio_id != studio_id:
        raise NotFound("studio component", studio_component_id)
    return component


def touches_component(context: Context, request: Any) -> Touched:
    """A call on the component of its path."""
    component = components.get(context.connection, request.studio_component_id)
    known = component is not None and component.studio_id == request.studio_id
    tags = component.tags if component and known else None
    return Touched([resource(context, "studio-component", request.studio_component_id, request.studio_id, tags)])


def _touches_create(context: Context, request: Any) -> Touched:
    return Touched(touches_studio(context, request).resources, request_tags(request))


def _show(context: Context, studio_component_id: str) -> shapes.StudioComponent:
    component = components.get(context.connection, studio_component_id)
    if component is None:
        raise NotFound("studio component", studio_component_id)
    return component_shape(context, component)


def _repeat(response_type: type[Any]) -> Repeat:
    return repeats(response_type, "studio_component", "studio_component_id", _show)


@handles("CreateStudioComponent", touches=_touches_create, repeat=_repeat(shapes.CreateStudioComponentResponse))
def create_studio_component(
    context: Context, request: shapes.CreateStudioComponentRequest
) -> shapes.CreateStudioComponentResponse:
    """A new component, CREATE_IN_PROGRESS until the control loop has looked at it."""
    context.studio_to_add_to(request.studio_id)
    who = context.principal.principal_id
    component = StudioComponent(
        **STUDIO_COMPONENTS.creation.during._asdict(),
        studio_component_id=new_id(),
        studio_id=request.studio_id,
        name=request.name,
        description=request.description,
        type=ComponentType(request.type),
        subtype=ComponentSubtype(request.subtype) if request.subtype else None,
        configuration=_configuration(request.configuration),
        ec2_security_group_ids=request.ec2_security_group_ids or (),
        initialization_scripts=_scripts(request.initialization_scripts or ()),
        script_parameters=_parameters(request.script_parameters or ()),
        runtime_role_arn=request.runtime_role_arn,
        secure_initialization_role_arn=request.secure_initialization_role_arn,
        created_at=context.now,
        created_by=who,
        updated_at=context.now,
        updated_by=who,
        tags=check_tags(request.tags),
    )
    check_parts(component.type, component.subtype, component.configuration)
    _check_quotas(context, request.studio_id, component.type)
    components.insert(context.connection, component)
    context.schedule(WORK, component.studio_component_id)
    return shapes.CreateStudioComponentResponse(studio_component=component_shape(context, component))


@handles("GetStudioComponent", touches=touches_component)
def get_studio_component(
    context: Context, request: shapes.GetStudioComponentRequest
) -> shapes.GetStudioComponentResponse:
    """One component."""
    component = find(context, request.studio_id, request.studio_component_id)
    return shapes.GetStudioComponentResponse(studio_component=component_shape(context, component))


@handles("ListStudioComponents", touches=touches_studio)
def list_studio_components(
    context: Context, request: shapes.ListStudioComponentsRequest
) -> shapes.ListStudioComponentsResponse:
    """A page of up to 50 components, newest first."""
    context.studio(request.studio_id)
    states, types = sorted(request.states or []), sorted(request.types or [])
    found, next_token = page(
        context,
        request.next_token,
        {
            "operation": "ListStudioComponents",
            "studio": request.studio_id,
            "states": ",".join(states),
            "types": ",".join(types),
        },
        lambda after, limit: components.page(
            context.connection, request.studio_id, states=states, types=types, after=after, limit=limit
        ),
        lambda component: (component.created_at, component.studio_component_id),
        size=min(request.max_results or PAGE_SIZE, PAGE_SIZE),
    )
    return shapes.ListStudioComponentsResponse(
        studio_components=[component_shape(context, component) for component in found], next_token=next_token
    )


@handles("UpdateStudioComponent", touches=touches_component, repeat=_repeat(shapes.UpdateStudioComponentResponse))
def update_studio_component(
    context: Context, request: shapes.UpdateStudioComponentRequest
) -> shapes.UpdateStudioComponentResponse:
    """Change what the request names; `configuration`, scripts and parameters are replaced whole."""
    # Held for its quotas, before the component: everybody takes the two in this order.
    context.studio(request.studio_id, for_update=True)
    before = find(context, request.studio_id, request.studio_component_id, for_update=True)
    after = STUDIO_COMPONENTS.begin(
        before,
        STUDIO_COMPONENTS.update,
        now=context.now,
        updated_by=context.principal.principal_id,
        **_changes(request),
    )
    check_parts(after.type, after.subtype, after.configuration)
    if after.type is not before.type:
        _check_quotas(context, request.studio_id, after.type)
    components.save(context.connection, before, after)
    context.schedule(WORK, after.studio_component_id)
    return shapes.UpdateStudioComponentResponse(studio_component=component_shape(context, after))


@handles("DeleteStudioComponent", touches=touches_component, repeat=_repeat(shapes.DeleteStudioComponentResponse))
def delete_studio_component(
    context: Context, request: shapes.DeleteStudioComponentRequest
) -> shapes.DeleteStudioComponentResponse:
    """Begin to delete a component that no launch profile has."""
    before = find(context, request.studio_id, request.studio_component_id, for_update=True)
    after = STUDIO_COMPONENTS.begin(
        before, STUDIO_COMPONENTS.deletion, now=context.now, updated_by=context.principal.principal_id
    )
    users = launch_profiles.using_component(context.connection, request.studio_id, before.studio_component_id)
    if users:
        raise Conflict(
            f"The studio component {before.studio_component_id} belongs to launch profiles: {', '.join(users)}. "
            "Take it out of them first.",
            code="STUDIO_COMPONENT_IN_USE",
            resourceId=before.studio_component_id,
        )
    components.save(context.connection, before, after)
    context.schedule(WORK, after.studio_component_id)
    return shapes.DeleteStudioComponentResponse(studio_component=component_shape(context, after))


def _changes(request: shapes.UpdateStudioComponentRequest) -> dict[str, Any]:
    asked = {
        "name": request.name,
        "description": request.description,
        "type": ComponentType(request.type) if request.type else None,
        "subtype": ComponentSubtype(request.subtype) if request.subtype else None,
        "configuration": _configuration(request.configuration),
        "ec2_security_group_ids": request.ec2_security_group_ids,
        "initialization_scripts": request.initialization_scripts and _scripts(request.initialization_scripts),
        "script_parameters": request.script_parameters and _parameters(request.script_parameters),
        "runtime_role_arn": request.runtime_role_arn,
        "secure_initialization_role_arn": request.secure_initialization_role_arn,
    }
    return {name: value for name, value in asked.items() if value is not None}


def _configuration(asked: shapes.StudioComponentConfiguration | None) -> ComponentConfiguration | None:
    return None if asked is None else msgspec.convert(asked, ComponentConfiguration, from_attributes=True)


def _scripts(asked: Any) -> list[InitializationScript]:
    return msgspec.convert(asked, list[InitializationScript], from_attributes=True)


def _parameters(asked: Any) -> list[ScriptParameter]:
    return msgspec.convert(asked, list[ScriptParameter], from_attributes=True)


def _check_quotas(context: Context, studio_id: str, kind: ComponentType) -> None:
    present = components.count_live(context.connection, studio_id, kind)
    if kind is ComponentType.SHARED_FILE_SYSTEM:
        context.check_quota("shared_file_systems", present, "shared file systems")
    if kind is ComponentType.ACTIVE_DIRECTORY and present >= ACTIVE_DIRECTORIES:
        raise QuotaExceeded(
            "The studio has an Active Directory component, and can have no second one. Update it, or delete it first.",
            code="ACTIVE_DIRECTORY_ALREADY_EXISTS",
        )
