"""Greenroom's own operation on how a studio is."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import timedelta

from greenroom.access.actions import Action, Level, register
from greenroom.api.context import Context
from greenroom.api.operation import handles, touches_studio
from greenroom.store import health as samples
from greenroom.studio.health import Endangered, Protection, Sample, endangered, thinned
from greenroom.studio.verification import proven_before
from greenroom.wire import health as wire
from greenroom.wire.shapes.streaming_sessions import StreamingSessionState

register(Action("greenroom:GetStudioHealth", Level.READ, {"studio": True}))

DAYS = 7
"""Of history, where nobody says."""
MOST_SAMPLES = 200
MOST_SESSIONS = 100
"""That are told one by one, of those in danger and of the others each."""


@handles("GetStudioHealth", touches=touches_studio)
def get_studio_health(context: Context, request: wire.GetStudioHealthRequest) -> wire.GetStudioHealthResponse:
    """Figures of many rows are remembered for a while; the more rows, the longer."""
    studio = context.studio(request.studio_id)
    house, now = context.house, context.now
    found = house.figures.of(context.connection, studio.studio_id, proven_before(now, house.verify_within))
    since = now - timedelta(days=request.days or DAYS)
    history = thinned(samples.samples(context.connection, studio.studio_id, since), MOST_SAMPLES)
    unsafe = endangered(found.protections, now, house.backup_interval)
    in_danger = {each.protection.session_id for each in unsafe}
    # Those whose last success is longest ago first.
    safe = sorted(
        (each for each in found.protections if each.session_id not in in_danger),
        key=lambda each: (each.newest_backup_at or each.created_at, each.session_id),
    )
    return wire.GetStudioHealthResponse(
        health=wire.StudioHealth(
            sessions=_counts(found.sessions),
            people=found.people,
            people_with_sessions=found.people_with_sessions,
            people_at_work=found.people_at_work,
            backups=_counts(found.backups),
            backups_unproven=found.unproven,
            backup_interval_seconds=int(house.backup_interval.total_seconds()),
            backup_bytes=found.backup_bytes,
            vault_bytes=found.vault_bytes,
            newest_backup_at=found.newest_ready_at,
            oldest_proof_at=found.oldest_proof,
            vault=_vault(up=found.vault_up),
            vault_since=found.vault_changed_at,
            vault_message=None if found.vault_up else found.vault_message,
            endangered=[_shown(each.protection, each) for each in unsafe[:MOST_SESSIONS]],
            endangered_count=len(unsafe),
            protected=[_shown(each) for each in safe[:MOST_SESSIONS]],
            protected_count=len(safe),
            history=[_sample(each) for each in history],
        )
    )


def _counts(states: Iterable[tuple[str, int]]) -> list[wire.StateCount]:
    return [wire.StateCount(state=StreamingSessionState(state), count=count) for state, count in sorted(states)]


def _vault(*, up: bool) -> wire.VaultState:
    return wire.VaultState.UP if up else wire.VaultState.UNREACHABLE


def _shown(protection: Protection, unsafe: Endangered | None = None) -> wire.SessionProtection:
    return wire.SessionProtection(
        session_id=protection.session_id,
        owned_by=protection.owned_by,
        launch_profile_id=protection.launch_profile_id,
        state=StreamingSessionState(protection.state),
        newest_backup_at=protection.newest_backup_at,
        proven_at=protection.newest_backup_verified_at,
        danger=wire.SessionDanger(unsafe.danger) if unsafe else None,
        since=unsafe.since if unsafe else None,
        message=protection.trouble if unsafe else None,
    )


def _sample(sample: Sample) -> wire.HealthSample:
    figures = asdict(sample)
    del figures["studio_id"]
    return wire.HealthSample(vault=_vault(up=figures.pop("vault_up")), **figures)
