"""Ending what somebody has begun, wherever it is: their sign-ins, the keys that stand on those, and their streams."""

from datetime import datetime

from sqlalchemy import Connection

from greenroom.store import sign_ins, streams


def end_all_of(connection: Connection, principal_id: str, now: datetime) -> int:
    """How many sign-ins of theirs there were; whoever still may signs in again and asks for new streams."""
    streams.revoke_of(connection, principal_id, now)
    return sign_ins.end_all(connection, principal_id)
