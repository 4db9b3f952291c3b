"""Greenroom's own operations on what becomes of backups in time: policies, pins, undeletion, and a dry run."""

from dataclasses import fields
from typing import Any

from greenroom.access.actions import Action, Level, register
from greenroom.api.context import Context
from greenroom.api.launch_profiles import find as find_profile
from greenroom.api.launch_profiles import resource_of
from greenroom.api.operation import DONE_AGAIN, Touched, handles, repeats
from greenroom.api.streaming_session_backups import backup_shape, touches_backup
from greenroom.api.streaming_session_backups import find as find_backup
from greenroom.api.streaming_sessions import find as find_session
from greenroom.api.streaming_sessions import touches_session
from greenroom.store import backups, retention
from greenroom.studio.errors import NotFound
from greenroom.studio.retention import KeepPolicy, ProfileRetention, Verdict, judge, pinned, undeleted, unpinned
from greenroom.wire import retention as wire
from greenroom.wire import shapes

register(Action("greenroom:GetLaunchProfileRetention", Level.READ, {"launch-profile": True}))
register(Action("greenroom:PutLaunchProfileRetention", Level.WRITE, {"launch-profile": True}))
register(Action("greenroom:PreviewRetention", Level.READ, {"streaming-session": True}))
register(Action("greenroom:PinStreamingSessionBackup", Level.WRITE, {"streaming-session-backup": True}))
register(Action("greenroom:UnpinStreamingSessionBackup", Level.WRITE, {"streaming-session-backup": True}))
register(Action("greenroom:UndeleteStreamingSessionBackup", Level.WRITE, {"streaming-session-backup": True}))

_KINDS = tuple(each.name for each in fields(KeepPolicy))


def _touches_profile(context: Context, request: Any) -> Touched:
    return Touched([resource_of(context, request.studio_id, request.launch_profile_id)])


def _policy(request: Any) -> KeepPolicy:
    return KeepPolicy(**{kind: getattr(request, kind) or 0 for kind in _KINDS})


def _shape(kept: ProfileRetention | None) -> wire.RetentionPolicy | None:
    if kept is None:
        return None
    counts = {kind: getattr(kept, kind) for kind in _KINDS}
    return wire.RetentionPolicy(**counts, updated_at=kept.updated_at, updated_by=kept.updated_by)


@handles("GetLaunchProfileRetention", touches=_touches_profile)
def get_launch_profile_retention(
    context: Context, request: wire.GetLaunchProfileRetentionRequest
) -> wire.GetLaunchProfileRetentionResponse:
    """The profile's policy, where it has one."""
    profile = find_profile(context, request.studio_id, request.launch_profile_id)
    return wire.GetLaunchProfileRetentionResponse(
        retention=_shape(retention.get(context.connection, profile.launch_profile_id))
    )


@handles("PutLaunchProfileRetention", touches=_touches_profile, repeat=DONE_AGAIN)
def put_launch_profile_retention(
    context: Context, request: wire.PutLaunchProfileRetentionRequest
) -> wire.PutLaunchProfileRetentionResponse:
    """The policy of all the profile's sessions from the next rotation on; one that keeps nothing takes it away."""
    profile = find_profile(context, request.studio_id, request.launch_profile_id, for_update=True)
    policy = _policy(request)
    if policy.empty:
        retention.remove(context.connection, profile.launch_profile_id)
        return wire.PutLaunchProfileRetentionResponse()
    kept = ProfileRetention(
        launch_profile_id=profile.launch_profile_id,
        **{kind: getattr(policy, kind) for kind in _KINDS},
        updated_at=context.now,
        updated_by=context.principal.principal_id,
    )
    retention.put(context.connection, kept)
    return wire.PutLaunchProfileRetentionResponse(retention=_shape(kept))


@handles("PreviewRetention", touches=touches_session)
def preview_retention(context: Context, request: wire.PreviewRetentionRequest) -> wire.PreviewRetentionResponse:
    """What the next rotation would do, by the profile's policy or by the one that is tried."""
    session = find_session(context, request.studio_id, request.session_id)
    if any(getattr(request, kind) is not None for kind in _KINDS):
        policy = _policy(request)
    else:
        kept = retention.get(context.connection, session.launch_profile_id)
        policy = kept.policy if kept else KeepPolicy()
    mine = backups.of_session(context.connection, session.session_id)
    verdicts = judge(mine, retain=session.max_backups_to_retain, policy=policy)
    return wire.PreviewRetentionResponse(verdicts=[_verdict(verdict) for verdict in verdicts])


def _verdict(verdict: Verdict) -> wire.RetentionVerdict:
    words = {"NO_LIMIT": "nothing limits how many are kept", "NEWEST": "it is the newest", "PINNED": "it is pinned"}
    why = ", ".join(words.get(reason, reason) for reason in verdict.reasons)
    return wire.RetentionVerdict(
        backup_id=verdict.backup.backup_id,
        created_at=verdict.backup.created_at,
        reasons=[wire.KeepReason(reason) for reason in verdict.reasons],
        explanation=f"It stays: {why}." if verdict.stays else "It goes: newer ones have every place that is kept.",
    )


@handles("PinStreamingSessionBackup", touches=touches_backup, repeat=DONE_AGAIN)
def pin_streaming_session_backup(
    context: Context, request: wire.PinStreamingSessionBackupRequest
) -> wire.PinStreamingSessionBackupResponse:
    """Kept until it is unpinned, whatever is rotated, and beyond the time of a deleted session's backups."""
    before = find_backup(context, request.studio_id, request.backup_id, for_update=True)
    after = pinned(before, by=context.principal.principal_id, now=context.now)
    backups.save(context.connection, before, after)
    return wire.PinStreamingSessionBackupResponse(streaming_session_backup=backup_shape(context, after))


@handles("UnpinStreamingSessionBackup", touches=touches_backup, repeat=DONE_AGAIN)
def unpin_streaming_session_backup(
    context: Context, request: wire.UnpinStreamingSessionBackupRequest
) -> wire.UnpinStreamingSessionBackupResponse:
    """Counted by the next rotation as every other."""
    before = find_backup(context, request.studio_id, request.backup_id, for_update=True)
    after = unpinned(before)
    backups.save(context.connection, before, after)
    return wire.UnpinStreamingSessionBackupResponse(streaming_session_backup=backup_shape(context, after))


def _show(context: Context, backup_id: str) -> shapes.StreamingSessionBackup:
    backup = backups.get(context.connection, backup_id)
    if backup is None:
        raise NotFound("streaming session backup", backup_id)
    return backup_shape(context, backup)


@handles(
    "UndeleteStreamingSessionBackup",
    touches=touches_backup,
    repeat=repeats(wire.UndeleteStreamingSessionBackupResponse, "streaming_session_backup", "backup_id", _show),
)
def undelete_streaming_session_backup(
    context: Context, request: wire.UndeleteStreamingSessionBackupRequest
) -> wire.UndeleteStreamingSessionBackupResponse:
    """READY again, and pinned, so that the next rotation does not take it at once."""
    before = find_backup(context, request.studio_id, request.backup_id, for_update=True)
    after = undeleted(before, by=context.principal.principal_id, now=context.now)
    backups.save(context.connection, before, after)
    return wire.UndeleteStreamingSessionBackupResponse(streaming_session_backup=backup_shape(context, after))
