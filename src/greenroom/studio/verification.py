"""When old backups are proven again: what is due, and what becomes of one that is broken.

Pure: given records and the time, these functions decide.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.sessions import StreamingSession
from greenroom.studio.status import SessionState as State
from greenroom.studio.status import SessionStatusCode as Code

DOUBT = timedelta(days=1)
"""How long one find is taken to be the reason of the next, where a backup has no proof to tell by."""


def verified_before(now: datetime, within: timedelta) -> datetime:
    """Backups last proven before this are due: half-way, so that each is proven within the time though nights fail."""
    return now - within / 2


def proven_before(now: datetime, within: timedelta) -> datetime | None:
    """Backups last proven before this are unproven again; None: a proof holds for ever, for none is made again."""
    return now - within if within else None


def share_of_a_night(all_bytes: int, within: timedelta) -> int:
    """Bytes after which it is enough for one night, so that all is proven in half of the time and no night has all."""
    nights = max(1, within // timedelta(days=2))
    return -(-all_bytes // nights)


def raises_doubt(doubted_at: datetime | None, verified_at: datetime | None, now: datetime) -> bool:
    """Whether a backup that was found broken puts all others into doubt, of which `doubted_at` is the last time.

    One that was last proven before that is among those that are being looked at for it.
    """
    if doubted_at is None or doubted_at > now:
        return True
    return now - doubted_at > DOUBT if verified_at is None else verified_at >= doubted_at


def test_restored(backup: StreamingSessionBackup, now: datetime, problem: str | None) -> StreamingSessionBackup:
    """What a test restore found; None: every file came back as it was, which proves more than reading it back."""
    if problem is not None:
        return replace(backup, test_restore_tried_at=now, test_restore_result=problem[:1024])
    return replace(backup, test_restore_tried_at=now, test_restored_at=now, test_restore_result=None, verified_at=now)


def hurt(backup: StreamingSessionBackup, why: str, now: datetime, *, anew: bool) -> StreamingSessionBackup:
    """READY to what is true: it cannot be restored. `anew`: it is made again from the snapshot that is still there."""
    if anew:
        return replace(
            backup,
            state=State.CREATE_IN_PROGRESS,
            status_code=Code.CREATE_IN_PROGRESS,
            status_message=f"The vault's copy was found broken at {now:%Y-%m-%d %H:%M} UTC. It is made anew."[:1024],
            verified_at=None,
            vault_snapshot=None,
        )
    return replace(
        backup,
        state=State.CREATE_FAILED,
        status_code=Code.INTERNAL_ERROR,
        status_message=f"It was READY, and was found broken at {now:%Y-%m-%d %H:%M} UTC: {why}"[:1024],
        verified_at=None,
    )


def can_be_replaced(session: StreamingSession | None) -> bool:
    """Whether the session's work is still on a volume, from which a new backup can be made."""
    return (
        session is not None
        and session.state in (State.READY, State.STOPPED)
        and session.volume_id is not None
        and session.volume_filled
    )
