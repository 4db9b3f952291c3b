"""From what a provider of identities vouches for to one of the studio's people, made or linked at the first time."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import structlog
from sqlalchemy import Connection

from greenroom.access.revocation import end_all_of
from greenroom.store import identities, members, people, studios
from greenroom.studio.identities import GroupMapping, UserIdentity, groups_of, user_name_of
from greenroom.studio.ids import new_principal_id
from greenroom.studio.members import IDENTITY_STORE, StudioMember
from greenroom.studio.people import Group
from greenroom.studio.studios import User

log = structlog.get_logger("greenroom.federation")

NO_PASSWORD = ""
"""The hash of somebody who signs in by a provider alone: no password is right."""


class NotLetIn(Exception):  # noqa: N818  an answer to a person
    """The provider vouches for them, and they are not let in here; the text says why and what to do."""


def user_of(
    connection: Connection,
    provider: str,
    claims: Mapping[str, object],
    mapping: GroupMapping,
    *,
    now: datetime,
    user_name_claim: str,
    groups_claim: str,
    create: bool,
    link: bool,
) -> User:
    """Who that is here, with the groups and the persona that the provider says. Raises NotLetIn.

    `create`: somebody new is added. `link`: who has the same name already is the same person.
    """
    theirs = groups_of(claims, groups_claim)
    if not mapping.lets_in(theirs):
        raise NotLetIn("You are in none of the groups that are let in here. Ask an administrator of the studio.")
    user = identities.user_of(connection, provider, str(claims["sub"]))
    if user is None:
        user = _first_time(connection, provider, claims, now=now, name_claim=user_name_claim, create=create, link=link)
    if user.disabled_at is not None:
        raise NotLetIn("You are shut out here. Ask an administrator of the studio.")
    _put_into_groups(connection, user, mapping.ours(theirs), now)
    return _with_persona(connection, user, mapping.administrator(theirs), now)


def turn_away(connection: Connection, provider: str, claims: Mapping[str, object], now: datetime) -> bool:
    """They are not let in: what they have open since they were, ends too. Whether there was a sign-in of theirs."""
    user = identities.user_of(connection, provider, str(claims["sub"]))
    return user is not None and end_all_of(connection, user.principal_id, now) > 0


def _first_time(
    connection: Connection,
    provider: str,
    claims: Mapping[str, object],
    *,
    now: datetime,
    name_claim: str,
    create: bool,
    link: bool,
) -> User:
    name = user_name_of(claims, name_claim)
    if name is None:
        raise NotLetIn("Nothing of what the provider says of you can be a user name here.")
    user = studios.user_named(connection, name)
    if user is not None and not link:
        raise NotLetIn(
            f"There is a user {name} already who does not sign in this way. Sign in by your password, or ask an "
            "administrator of the studio."
        )
    if user is None:
        if not create:
            raise NotLetIn(f"There is no user {name} here. Ask an administrator of the studio to add you.")
        user = User(
            principal_id=new_principal_id(),
            studio_id=studios.every(connection)[0].studio_id,
            user_name=name,
            password_hash=NO_PASSWORD,
            administrator=False,
            created_at=now,
        )
        studios.insert_user(connection, user)
    identities.insert(
        connection,
        UserIdentity(provider=provider, subject=str(claims["sub"]), principal_id=user.principal_id, created_at=now),
    )
    return user


def _put_into_groups(connection: Connection, user: User, wanted: Mapping[str, bool], now: datetime) -> None:
    present = set(people.groups_of(connection, user.principal_id))
    for name, inside in wanted.items():
        if inside and name not in present:
            if people.group(connection, name) is None:
                people.insert_group(connection, Group(group_name=name, created_at=now))
            people.add_to_group(connection, name, user.principal_id)
        elif not inside and name in present:
            people.remove_from_group(connection, name, user.principal_id)


def _with_persona(connection: Connection, user: User, administrator: bool | None, now: datetime) -> User:
    if administrator is None or administrator == user.administrator:
        return user
    if not administrator and studios.administrators_for_update(connection) == {user.principal_id}:
        log.warning("last-administrator-kept", user=user.user_name)
        return user
    studios.set_administrator(connection, [user.principal_id], administrator=administrator)
    if administrator:
        member = StudioMember(
            studio_id=user.studio_id,
            principal_id=user.principal_id,
            identity_store_id=IDENTITY_STORE,
            created_at=now,
        )
        members.put_studio_member(connection, member)
    else:
        members.drop_studio_member(connection, user.studio_id, user.principal_id)
        # What was begun as an administrator goes on as one in no browser of theirs.
        end_all_of(connection, user.principal_id, now)
    return replace(user, administrator=administrator)
