"""Greenroom's own operation on further vaults."""

from greenroom.access.actions import Action, Level, register
from greenroom.api.context import Context
from greenroom.api.operation import handles, touches_studio
from greenroom.store import copies
from greenroom.wire import vault_copies as wire

register(Action("greenroom:ListVaultCopies", Level.READ, {"studio": True}))


@handles("ListVaultCopies", touches=touches_studio)
def list_vault_copies(context: Context, request: wire.ListVaultCopiesRequest) -> wire.ListVaultCopiesResponse:
    """How each fares, and how many of the studio's READY backups are in it."""
    studio = context.studio(request.studio_id)
    total, counts = copies.counts(context.connection, request.studio_id)
    return wire.ListVaultCopiesResponse(
        vaults=[
            wire.VaultCopies(
                vault=state.vault,
                copied=counts.get(state.vault, 0),
                missing=total - counts.get(state.vault, 0),
                tried_at=state.tried_at,
                copied_at=state.copied_at,
                failing_since=state.failing_since,
                message=state.error,
            )
            for state in copies.states(context.connection, studio.vault_path)
        ]
    )
