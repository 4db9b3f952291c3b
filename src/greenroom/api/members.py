"""Operations on the members of studios and of launch profiles (facts sheet 3.5)."""

from collections.abc import Sequence
from typing import Any, TypeVar

import msgspec

from greenroom.api.context import Context
from greenroom.api.launch_profiles import find as find_profile
from greenroom.api.launch_profiles import touches_profile
from greenroom.api.operation import DONE_AGAIN, handles, repeats_nothing, touches_studio
from greenroom.api.paging import page
from greenroom.store import members, streams, studios
from greenroom.studio.errors import Conflict, Invalid, NotFound
from greenroom.studio.launch_profiles import LAUNCH_PROFILES
from greenroom.studio.members import LaunchProfileMember, Member, StudioMember, step_down
from greenroom.studio.studios import STUDIOS
from greenroom.wire import shapes

PAGE_SIZE = 20
"""What the model lets a page of members hold."""
_LONGEST_IDENTITY_STORE_ID = 255

Membership = TypeVar("Membership", shapes.StudioMembership, shapes.LaunchProfileMembership)


@handles("PutStudioMembers", touches=touches_studio, repeat=repeats_nothing(shapes.PutStudioMembersResponse))
def put_studio_members(context: Context, request: shapes.PutStudioMembersRequest) -> shapes.PutStudioMembersResponse:
    """Make users administrators: of all, or of none where one is not known."""
    STUDIOS.refuse_unusable(context.studio(request.studio_id, for_update=True))
    _check_identity_store(request.identity_store_id)
    _check_users(context, request.members)
    for new in request.members:
        member = StudioMember(
            studio_id=request.studio_id,
            principal_id=new.principal_id,
            identity_store_id=request.identity_store_id,
            persona=new.persona,
            created_at=context.now,
        )
        members.put_studio_member(context.connection, member)
        studios.set_administrator(context.connection, [new.principal_id], administrator=True)
    return shapes.PutStudioMembersResponse()


@handles("ListStudioMembers", touches=touches_studio)
def list_studio_members(context: Context, request: shapes.ListStudioMembersRequest) -> shapes.ListStudioMembersResponse:
    """A page of up to 20 administrators, who was added last first."""
    context.studio(request.studio_id)
    found, next_token = page(
        context,
        request.next_token,
        {"operation": "ListStudioMembers", "studio": request.studio_id},
        lambda after, limit: members.studio_members_page(
            context.connection, request.studio_id, after=after, limit=limit
        ),
        lambda member: (member.created_at, member.principal_id),
        size=min(request.max_results or PAGE_SIZE, PAGE_SIZE),
    )
    return shapes.ListStudioMembersResponse(
        members=[_shape(member, shapes.StudioMembership) for member in found], next_token=next_token
    )


@handles("GetStudioMember", touches=touches_studio)
def get_studio_member(context: Context, request: shapes.GetStudioMemberRequest) -> shapes.GetStudioMemberResponse:
    """One administrator."""
    context.studio(request.studio_id)
    member = _find_studio_member(context, request.studio_id, request.principal_id)
    return shapes.GetStudioMemberResponse(member=_shape(member, shapes.StudioMembership))


@handles("DeleteStudioMember", touches=touches_studio, repeat=repeats_nothing(shapes.DeleteStudioMemberResponse))
def delete_studio_member(
    context: Context, request: shapes.DeleteStudioMemberRequest
) -> shapes.DeleteStudioMemberResponse:
    """Take an administrator's rights; refused for the last one, without whom nobody could give them again."""
    context.studio(request.studio_id, for_update=True)
    member = _find_studio_member(context, request.studio_id, request.principal_id)
    members.drop_studio_member(context.connection, request.studio_id, member.principal_id)
    leaving = members.administering_none(context.connection, [member.principal_id])
    stepping_down = step_down(leaving, studios.administrators_for_update(context.connection))
    if stepping_down != leaving:
        raise Conflict(
            f"The user {member.principal_id} is the last administrator. Make somebody else one first.",
            code="LAST_ADMINISTRATOR",
            resourceId=member.principal_id,
        )
    studios.set_administrator(context.connection, stepping_down, administrator=False)
    for principal_id in stepping_down:
        streams.revoke_of(context.connection, principal_id, context.now)
    return shapes.DeleteStudioMemberResponse()


@handles(
    "PutLaunchProfileMembers",
    touches=touches_profile,
    repeat=repeats_nothing(shapes.PutLaunchProfileMembersResponse),
)
def put_launch_profile_members(
    context: Context, request: shapes.PutLaunchProfileMembersRequest
) -> shapes.PutLaunchProfileMembersResponse:
    """Let users use a profile: all of them, or none where one is not known."""
    profile = find_profile(context, request.studio_id, request.launch_profile_id, for_update=True)
    LAUNCH_PROFILES.refuse_going(profile)
    _check_identity_store(request.identity_store_id)
    _check_users(context, request.members)
    for new in request.members:
        member = LaunchProfileMember(
            launch_profile_id=profile.launch_profile_id,
            principal_id=new.principal_id,
            identity_store_id=request.identity_store_id,
            persona=new.persona,
            created_at=context.now,
        )
        members.put_launch_profile_member(context.connection, member)
    return shapes.PutLaunchProfileMembersResponse()


@handles("ListLaunchProfileMembers", touches=touches_profile)
def list_launch_profile_members(
    context: Context, request: shapes.ListLaunchProfileMembersRequest
) -> shapes.ListLaunchProfileMembersResponse:
    """A page of up to 20 people who may use the profile, who was added last first."""
    profile = find_profile(context, request.studio_id, request.launch_profile_id)
    found, next_token = page(
        context,
        request.next_token,
        {
            "operation": "ListLaunchProfileMembers",
            "studio": request.studio_id,
            "profile": profile.launch_profile_id,
        },
        lambda after, limit: members.launch_profile_members_page(
            context.connection, profile.launch_profile_id, after=after, limit=limit
        ),
        lambda member: (member.created_at, member.principal_id),
        size=min(request.max_results or PAGE_SIZE, PAGE_SIZE),
    )
    return shapes.ListLaunchProfileMembersResponse(
        members=[_shape(member, shapes.LaunchProfileMembership) for member in found], next_token=next_token
    )


@handles("GetLaunchProfileMember", touches=touches_profile)
def get_launch_profile_member(
    context: Context, request: shapes.GetLaunchProfileMemberRequest
) -> shapes.GetLaunchProfileMemberResponse:
    """One who may use the profile."""
    member = _find_profile_member(context, request)
    return shapes.GetLaunchProfileMemberResponse(member=_shape(member, shapes.LaunchProfileMembership))


@handles("UpdateLaunchProfileMember", touches=touches_profile, repeat=DONE_AGAIN)
def update_launch_profile_member(
    context: Context, request: shapes.UpdateLaunchProfileMemberRequest
) -> shapes.UpdateLaunchProfileMemberResponse:
    """Give a member another persona; there is but one, so that the member is answered as it was."""
    member = _find_profile_member(context, request)
    after = msgspec.structs.replace(_shape(member, shapes.LaunchProfileMembership), persona=request.persona)
    return shapes.UpdateLaunchProfileMemberResponse(member=after)


@handles(
    "DeleteLaunchProfileMember",
    touches=touches_profile,
    repeat=repeats_nothing(shapes.DeleteLaunchProfileMemberResponse),
)
def delete_launch_profile_member(
    context: Context, request: shapes.DeleteLaunchProfileMemberRequest
) -> shapes.DeleteLaunchProfileMemberResponse:
    """Keep somebody from making sessions of the profile; those that they have stay theirs."""
    member = _find_profile_member(context, request)
    members.drop_launch_profile_member(context.connection, member.launch_profile_id, member.principal_id)
    return shapes.DeleteLaunchProfileMemberResponse()


def _shape(member: Member, shape: type[Membership]) -> Membership:
    return msgspec.convert(member, shape, from_attributes=True)


def _find_studio_member(context: Context, studio_id: str, principal_id: str) -> StudioMember:
    member = members.studio_member(context.connection, studio_id, principal_id)
    if member is None:
        raise NotFound("studio member", principal_id)
    return member


def _find_profile_member(context: Context, request: Any) -> LaunchProfileMember:
    profile = find_profile(context, request.studio_id, request.launch_profile_id)
    member = members.launch_profile_member(context.connection, profile.launch_profile_id, request.principal_id)
    if member is None:
        raise NotFound("launch profile member", request.principal_id)
    return member


def _check_identity_store(identity_store_id: str) -> None:
    """It is kept and echoed, whatever it is: people have their ids from this server alone."""
    if not 1 <= len(identity_store_id) <= _LONGEST_IDENTITY_STORE_ID:
        raise Invalid(
            f"identityStoreId: it has {len(identity_store_id)} characters; 1 to {_LONGEST_IDENTITY_STORE_ID} are "
            "possible.",
            code="INVALID_IDENTITY_STORE_ID",
        )


def _check_users(context: Context, added: Sequence[shapes.NewStudioMember | shapes.NewLaunchProfileMember]) -> None:
    known = studios.known_users(context.connection, [new.principal_id for new in added])
    for new in added:
        if new.principal_id not in known:
            raise Invalid(
                f"members: the studio has no user {new.principal_id[:64]}.",
                code="PRINCIPAL_NOT_FOUND",
                resourceId=new.principal_id[:64],
            )
