"""Operations on streaming sessions: what they record; `control/` does the rest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from greenroom.access.authorise import Resource
from greenroom.api import launch_profiles as profile_operations
from greenroom.api.context import Context
from greenroom.api.operation import Repeat, Touched, handles, repeats, request_tags, resource, touches_studio
from greenroom.api.paging import page
from greenroom.store import backups, eulas, images, sessions, studios, work
from greenroom.studio.backups import choose_restore
from greenroom.studio.errors import Invalid, NotFound
from greenroom.studio.ids import new_id
from greenroom.studio.images import check_eulas
from greenroom.studio.launch_profiles import LAUNCH_PROFILES, LaunchProfile
from greenroom.studio.lifecycles import USABLE
from greenroom.studio.sessions import (
    StreamingSession,
    VolumeRetentionMode,
    begin_delete,
    begin_start,
    begin_stop,
    lifetime_settings,
)
from greenroom.studio.status import SessionState, SessionStatusCode
from greenroom.studio.tags import check_tags
from greenroom.wire import shapes

WORK = work.SESSION


def session_shape(context: Context, session: StreamingSession) -> shapes.StreamingSession:
    """The session as the API shows it."""
    shape = msgspec.convert(session, shapes.StreamingSession, from_attributes=True)
    shape.arn = context.arn("streaming-session", session.session_id)
    return shape


def find(context: Context, studio_id: str, session_id: str, *, for_update: bool = False) -> StreamingSession:
    """The studio's session. Raises NotFound."""
    session = sessions.get(context.connection, session_id, for_update=for_update)
    if session is None or session.studio_id != studio_id:
        raise NotFound("streaming session", session_id)
    return session


def touches_session(context: Context, request: Any, depends_on: Sequence[str] = ()) -> Touched:
    """A call on the session of its path, and on its launch profile what the call depends on (facts sheet 4.1)."""
    session = sessions.get(context.connection, request.session_id)
    if session is None or session.studio_id != request.studio_id:
        return Touched([resource(context, "streaming-session", request.session_id, request.studio_id, None)])
    touched = resource(
        context,
        "streaming-session",
        session.session_id,
        session.studio_id,
        session.tags,
        ownedBy=session.owned_by,
        createdBy=session.created_by,
    )
    if not depends_on:
        return Touched([touched])
    profile = profile_operations.resource_of(context, session.studio_id, session.launch_profile_id)
    return Touched(
        [touched], member_of=session.launch_profile_id, dependents=[(action, profile) for action in depends_on]
    )


def _touches_create(context: Context, request: shapes.CreateStreamingSessionRequest) -> Touched:
    touched = profile_operations.touches_profile(context, request)
    keys = request_tags(request)
    if request.owned_by:
        # Membership lets people make sessions of their own; one for somebody else needs a policy that says so.
        keys["nimble:ownedBy"] = request.owned_by
    (profile,) = touched.resources
    return Touched(
        touched.resources,
        keys,
        member_of=request.launch_profile_id,
        dependents=depends_on_profile(context, request.studio_id, profile),
    )


def depends_on_profile(context: Context, studio_id: str, profile: Resource) -> list[tuple[str, Resource]]:
    """What whoever makes a session must be allowed too."""
    dependents = [(action, profile) for action in ("nimble:GetLaunchProfile", "nimble:GetLaunchProfileInitialization")]
    acceptances = resource(context, "eula-acceptance", "*", studio_id, None)
    return [*dependents, ("nimble:ListEulaAcceptances", acceptances)]


def _touches_start(context: Context, request: shapes.StartStreamingSessionRequest) -> Touched:
    touched = touches_session(context, request, ("nimble:GetLaunchProfile", "nimble:GetLaunchProfileMember"))
    if not request.backup_id:
        return touched
    # Starting from a backup is a call on the backup too (facts sheet 1.1).
    backup = backups.get(context.connection, request.backup_id)
    known = backup is not None and backup.studio_id == request.studio_id
    second = resource(
        context,
        "streaming-session-backup",
        request.backup_id,
        request.studio_id,
        backup.tags if backup and known else None,
        **({"ownedBy": backup.owned_by} if backup and known else {}),
    )
    return replace(touched, resources=[*touched.resources, second])


def _touches_stop(context: Context, request: shapes.StopStreamingSessionRequest) -> Touched:
    return touches_session(context, request, ("nimble:GetLaunchProfile",))


def _touches_list(context: Context, request: shapes.ListStreamingSessionsRequest) -> Touched:
    return touches_studio(
        context, request, **{"nimble:ownedBy": request.owned_by, "nimble:createdBy": request.created_by}
    )


def show(context: Context, session_id: str) -> shapes.StreamingSession:
    """The session of that id as the API shows it now. Raises NotFound."""
    session = sessions.get(context.connection, session_id)
    if session is None:
        raise NotFound("streaming session", session_id)
    return session_shape(context, session)


def _repeat(response_type: type[Any]) -> Repeat:
    return repeats(response_type, "session", "session_id", show)


@handles("CreateStreamingSession", touches=_touches_create, repeat=_repeat(shapes.CreateStreamingSessionResponse))
def create_streaming_session(
    context: Context, request: shapes.CreateStreamingSessionRequest
) -> shapes.CreateStreamingSessionResponse:
    """A new session, CREATE_IN_PROGRESS; image and instance type default to the profile's first."""
    return shapes.CreateStreamingSessionResponse(session=session_shape(context, open_session(context, request)))


def open_session(
    context: Context, request: shapes.CreateStreamingSessionRequest, *, backup_id: str | None = None
) -> StreamingSession:
    """The record of a new session, CREATE_IN_PROGRESS, on a fresh volume or one filled from the backup."""
    context.studio_to_add_to(request.studio_id)
    profile = profile_operations.find(context, request.studio_id, request.launch_profile_id, for_update=True)
    LAUNCH_PROFILES.refuse_unusable(profile)
    present = sessions.count_live(context.connection, request.studio_id)
    context.check_quota("streaming_sessions", present, "streaming sessions, stopped ones included,")
    owner = request.owned_by or context.principal.principal_id
    if studios.user(context.connection, owner) is None:
        raise Invalid(f"ownedBy: the studio has no user {owner}.", code="OWNER_NOT_FOUND", resourceId=owner)
    configuration = profile.stream_configuration
    image_id = _one_of("streamingImageId", request.streaming_image_id, configuration.streaming_image_ids, profile)
    _check_image(context, image_id)
    who = context.principal.principal_id
    session = StreamingSession(
        session_id=new_id(),
        studio_id=request.studio_id,
        launch_profile_id=profile.launch_profile_id,
        streaming_image_id=image_id,
        ec2_instance_type=_one_of(
            "ec2InstanceType", request.ec2_instance_type, configuration.ec2_instance_types, profile
        ),
        owned_by=owner,
        created_by=who,
        created_at=context.now,
        updated_by=who,
        updated_at=context.now,
        state=SessionState.CREATE_IN_PROGRESS,
        status_code=SessionStatusCode.CREATE_IN_PROGRESS,
        tags=check_tags(request.tags),
        number=sessions.next_number(context.connection),
        volume_id=new_id(),
        restore_backup_id=backup_id,
        started_from_backup_id=backup_id,
        **lifetime_settings(configuration),  # type: ignore[arg-type]
    )
    sessions.insert(context.connection, session)
    context.schedule(WORK, session.session_id)
    return session


@handles("GetStreamingSession", touches=touches_session)
def get_streaming_session(
    context: Context, request: shapes.GetStreamingSessionRequest
) -> shapes.GetStreamingSessionResponse:
    """One session; a DELETED one too, for a while."""
    session = find(context, request.studio_id, request.session_id)
    return shapes.GetStreamingSessionResponse(session=session_shape(context, session))


@handles("ListStreamingSessions", touches=_touches_list)
def list_streaming_sessions(
    context: Context, request: shapes.ListStreamingSessionsRequest
) -> shapes.ListStreamingSessionsResponse:
    """A page of sessions, newest first; `sessionIds` is one string, its ids parted by commas."""
    context.studio(request.studio_id)
    session_ids = [part.strip() for part in (request.session_ids or "").split(",") if part.strip()]

    def fetch(after: Any, limit: int) -> list[StreamingSession]:
        return sessions.page(
            context.connection,
            request.studio_id,
            owned_by=request.owned_by,
            created_by=request.created_by,
            session_ids=session_ids,
            after=after,
            limit=limit,
        )

    def position(session: StreamingSession) -> tuple[datetime, str]:
        return session.created_at, session.session_id

    scope = {
        "operation": "ListStreamingSessions",
        "studio": request.studio_id,
        "owner": request.owned_by,
        "creator": request.created_by,
        "sessions": ",".join(session_ids),
    }
    found, next_token = page(context, request.next_token, scope, fetch, position)
    return shapes.ListStreamingSessionsResponse(
        sessions=[session_shape(context, session) for session in found], next_token=next_token
    )


@handles("StartStreamingSession", touches=_touches_start, repeat=_repeat(shapes.StartStreamingSessionResponse))
def start_streaming_session(
    context: Context, request: shapes.StartStreamingSessionRequest
) -> shapes.StartStreamingSessionResponse:
    """STOPPED to START_IN_PROGRESS, from its volume, or from a backup onto a new one."""
    before = find(context, request.studio_id, request.session_id, for_update=True)
    candidates = backups.of_session(context.connection, before.session_id)
    if request.backup_id and all(b.backup_id != request.backup_id for b in candidates):
        other = backups.get(context.connection, request.backup_id)
        candidates = [*candidates, other] if other else candidates
    backup = choose_restore(before, request.backup_id, candidates)
    after = begin_start(
        before,
        by=context.principal.principal_id,
        restore_backup_id=backup.backup_id if backup else None,
        volume_id=new_id() if backup or before.volume_id is None else before.volume_id,
        now=context.now,
    )
    sessions.save(context.connection, before, after)
    context.schedule(WORK, after.session_id)
    return shapes.StartStreamingSessionResponse(session=session_shape(context, after))


@handles("StopStreamingSession", touches=_touches_stop, repeat=_repeat(shapes.StopStreamingSessionResponse))
def stop_streaming_session(
    context: Context, request: shapes.StopStreamingSessionRequest
) -> shapes.StopStreamingSessionResponse:
    """READY to STOP_IN_PROGRESS; the stop makes a backup where backups are AUTOMATIC."""
    before = find(context, request.studio_id, request.session_id, for_update=True)
    retention = VolumeRetentionMode(request.volume_retention_mode) if request.volume_retention_mode else None
    after = begin_stop(before, by=context.principal.principal_id, retention=retention, now=context.now)
    sessions.save(context.connection, before, after)
    context.schedule(WORK, after.session_id)
    return shapes.StopStreamingSessionResponse(session=session_shape(context, after))


@handles("DeleteStreamingSession", touches=touches_session, repeat=_repeat(shapes.DeleteStreamingSessionResponse))
def delete_streaming_session(
    context: Context, request: shapes.DeleteStreamingSessionRequest
) -> shapes.DeleteStreamingSessionResponse:
    """Any settled state to DELETE_IN_PROGRESS; its backups stay for a time (DESIGN 5.1.6)."""
    before = find(context, request.studio_id, request.session_id, for_update=True)
    after = begin_delete(before, by=context.principal.principal_id, now=context.now)
    sessions.save(context.connection, before, after)
    context.schedule(WORK, after.session_id)
    return shapes.DeleteStreamingSessionResponse(session=session_shape(context, after))


def _check_image(context: Context, image_id: str) -> None:
    image = images.get_several(context.connection, [image_id], held=True).get(image_id)
    if image is None or image.state not in USABLE:
        raise Invalid(
            f"streamingImageId: the streaming image {image_id} is not READY.",
            code="STREAMING_IMAGE_NOT_READY",
            resourceId=image_id,
        )
    check_eulas(image, frozenset(eulas.acceptances_of(context.connection, image.studio_id, image.eula_ids)))


def _one_of(member: str, asked: str | None, allowed: Any, profile: LaunchProfile) -> str:
    if asked is None:
        return str(allowed[0])
    if asked not in allowed:
        raise Invalid(
            f"{member}: the launch profile {profile.launch_profile_id} does not offer {asked}. "
            f"It offers: {', '.join(allowed)}.",
            code=f"{member}_NOT_IN_LAUNCH_PROFILE",
            resourceId=profile.launch_profile_id,
        )
    return str(asked)
