"""Queries on sign-ins."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, or_, select, update

from greenroom.store import records, studios
from greenroom.store.tables import sign_ins
from greenroom.studio.sign_ins import SignIn
from greenroom.studio.studios import User


def insert(connection: Connection, sign_in: SignIn) -> None:
    """A new sign-in."""
    records.insert(connection, sign_ins, sign_in)


def of_token(connection: Connection, token_hash: str) -> tuple[SignIn, User] | None:
    """The sign-in whose token has that hash, and whose it is; its time may be over."""
    row = connection.execute(select(sign_ins).where(sign_ins.c.token_hash == token_hash)).first()
    return None if row is None else _with_user(connection, records.from_row(SignIn, row))


def get(connection: Connection, sign_in_id: str) -> tuple[SignIn, User] | None:
    """The sign-in of that id, and whose it is; its time may be over."""
    sign_in = records.get(connection, SignIn, sign_ins, sign_in_id)
    return None if sign_in is None else _with_user(connection, sign_in)


def _with_user(connection: Connection, sign_in: SignIn) -> tuple[SignIn, User] | None:
    user = studios.user(connection, sign_in.principal_id)
    return None if user is None else (sign_in, user)


def note_use(connection: Connection, sign_in_id: str, at: datetime) -> None:
    """It was used then."""
    connection.execute(update(sign_ins).where(sign_ins.c.sign_in_id == sign_in_id).values(last_used_at=at))


def end(connection: Connection, token_hash: str) -> None:
    """The sign-in of that token is over."""
    connection.execute(delete(sign_ins).where(sign_ins.c.token_hash == token_hash))


def end_all(connection: Connection, principal_id: str) -> int:
    """All sign-ins of that person are over; how many there were."""
    return connection.execute(delete(sign_ins).where(sign_ins.c.principal_id == principal_id)).rowcount


def end_oldest(connection: Connection, principal_id: str, *, keep: int) -> None:
    """Of that person's sign-ins only the newest `keep` go on."""
    query = select(sign_ins.c.sign_in_id).where(sign_ins.c.principal_id == principal_id)
    surplus = list(connection.scalars(query.order_by(sign_ins.c.created_at.desc()).offset(keep).limit(1000)))
    if surplus:
        connection.execute(delete(sign_ins).where(sign_ins.c.sign_in_id.in_(surplus)))


def purge(connection: Connection, now: datetime, idle: timedelta) -> int:
    """Remove those whose time is over; how many."""
    over = or_(sign_ins.c.ends_at <= now, sign_ins.c.last_used_at <= now - idle)
    return connection.execute(delete(sign_ins).where(over)).rowcount
