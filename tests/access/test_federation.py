"""From a provider's claims to one of the studio's people: made, linked, put into groups, made more or less."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.records import make_session, make_studio
from tests.support import Clock

from greenroom.access.federation import NO_PASSWORD, NotLetIn, turn_away, user_of
from greenroom.store import members, people, sign_ins, streams, studios
from greenroom.store.database import Database
from greenroom.studio.identities import GroupMapping
from greenroom.studio.people import Group
from greenroom.studio.sign_ins import SignIn
from greenroom.studio.streams import new_stream
from greenroom.studio.studios import User

MAPPING = GroupMapping(
    administrators=frozenset({"leads"}), groups={"lighting": "light", "lookdev": "light"}, allowed=frozenset()
)


@pytest.fixture(params=["sqlite"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Nothing here is a matter of the database's kind."""
    return str(request.param)


@pytest.fixture
def house(database: Database, clock: Clock) -> Database:
    """A studio with one administrator, who has a password."""
    with database.write() as connection:
        studios.insert(connection, make_studio())
        studios.insert_user(connection, make_user("admin", clock, administrator=True))
    return database


def make_user(name: str, clock: Clock, *, administrator: bool = False) -> User:
    return User(
        principal_id=f"p-{name}",
        studio_id=make_studio().studio_id,
        user_name=name,
        password_hash="$argon2id$",
        administrator=administrator,
        created_at=clock(),
    )


def let_in(
    database: Database,
    clock: Clock,
    subject: str,
    *groups: str,
    mapping: GroupMapping = MAPPING,
    create: bool = True,
    link: bool = False,
    **claims: Any,
) -> User:
    told: Mapping[str, object] = {"sub": subject, "preferred_username": subject, "groups": list(groups), **claims}
    with database.write() as connection:
        return user_of(
            connection,
            "company",
            told,
            mapping,
            now=clock(),
            user_name_claim="preferred_username",
            groups_claim="groups",
            create=create,
            link=link,
        )


def groups_of(database: Database, user: User) -> list[str]:
    with database.read() as connection:
        return people.groups_of(connection, user.principal_id)


def test_somebody_new_is_made_without_a_password_in_the_groups_of_theirs(house: Database, clock: Clock) -> None:
    ana = let_in(house, clock, "ana", "lighting", "unheard-of")
    assert (ana.user_name, ana.password_hash, ana.administrator) == ("ana", NO_PASSWORD, False)
    assert groups_of(house, ana) == ["light"]


def test_who_has_another_name_by_now_is_the_same_person(house: Database, clock: Clock) -> None:
    ana = let_in(house, clock, "ana")
    assert let_in(house, clock, "ana", preferred_username="ana.married").principal_id == ana.principal_id


def test_who_has_a_known_name_is_somebody_else_unless_names_link(house: Database, clock: Clock) -> None:
    with pytest.raises(NotLetIn, match="There is a user admin already"):
        let_in(house, clock, "1", preferred_username="admin")
    assert let_in(house, clock, "1", "leads", link=True, preferred_username="admin").principal_id == "p-admin"


def test_nobody_is_made_where_users_are_added_by_hand_alone(house: Database, clock: Clock) -> None:
    with pytest.raises(NotLetIn, match="no user ana here"):
        let_in(house, clock, "ana", create=False)


def test_a_name_that_can_be_none_makes_nobody(house: Database, clock: Clock) -> None:
    with pytest.raises(NotLetIn, match="can be a user name"):
        let_in(house, clock, "../..", preferred_username="\u202eana")


def test_who_is_in_no_group_that_is_let_in_leaves_no_trace(house: Database, clock: Clock) -> None:
    with pytest.raises(NotLetIn, match="none of the groups"):
        let_in(house, clock, "ana", "others", mapping=replace(MAPPING, allowed=frozenset({"lighting"})))
    with house.read() as connection:
        assert studios.user_named(connection, "ana") is None


def test_who_is_shut_out_here_stays_so_whatever_the_provider_says(house: Database, clock: Clock) -> None:
    ana = let_in(house, clock, "ana")
    with house.write() as connection:
        people.set_disabled(connection, ana.principal_id, clock())
    with pytest.raises(NotLetIn, match="shut out"):
        let_in(house, clock, "ana", "leads")


def test_groups_follow_the_provider_and_those_that_it_does_not_decide_on_stay(house: Database, clock: Clock) -> None:
    ana = let_in(house, clock, "ana", "lookdev")
    with house.write() as connection:
        people.insert_group(connection, Group(group_name="night-shift", created_at=clock()))
        people.add_to_group(connection, "night-shift", ana.principal_id)
    let_in(house, clock, "ana", "lighting")
    assert groups_of(house, ana) == ["light", "night-shift"]
    let_in(house, clock, "ana")
    assert groups_of(house, ana) == ["night-shift"]


def test_a_group_makes_an_administrator_and_its_loss_ends_all_that_was_begun_as_one(
    house: Database, clock: Clock
) -> None:
    ana = let_in(house, clock, "ana", "leads")
    assert ana.administrator
    stream = new_stream(make_session(), "s", by=ana.principal_id, now=clock(), expires_in=timedelta(minutes=2))
    with house.write() as connection:
        assert members.studio_member(connection, ana.studio_id, ana.principal_id) is not None
        sign_ins.insert(connection, make_sign_in(ana, clock))
        streams.insert(connection, stream)
    assert not let_in(house, clock, "ana").administrator
    with house.read() as connection:
        assert members.studio_member(connection, ana.studio_id, ana.principal_id) is None
        assert sign_ins.get(connection, "sign-in") is None
        ended = streams.get(connection, "s")
    assert ended is not None
    assert ended.revoked_at == clock()


def test_who_is_let_in_no_more_loses_what_is_open_and_a_stranger_has_nothing(house: Database, clock: Clock) -> None:
    ana = let_in(house, clock, "ana", "lighting")
    with house.write() as connection:
        sign_ins.insert(connection, make_sign_in(ana, clock))
        assert not turn_away(connection, "company", {"sub": "nobody"}, clock())
        assert sign_ins.get(connection, "sign-in") is not None
        assert turn_away(connection, "company", {"sub": "ana"}, clock())
        assert sign_ins.get(connection, "sign-in") is None


def test_the_last_administrator_stays_one(house: Database, clock: Clock) -> None:
    ana = let_in(house, clock, "ana", "leads")
    with house.write() as connection:
        people.set_disabled(connection, "p-admin", clock())
    assert let_in(house, clock, "ana").administrator
    assert ana.administrator


def test_where_no_group_makes_administrators_the_provider_decides_on_none(house: Database, clock: Clock) -> None:
    mapping = replace(MAPPING, administrators=frozenset())
    assert let_in(house, clock, "1", mapping=mapping, link=True, preferred_username="admin").administrator


def make_sign_in(user: User, clock: Clock) -> SignIn:
    return SignIn(
        sign_in_id="sign-in",
        token_hash="hash",
        principal_id=user.principal_id,
        method="oidc:company",
        created_at=clock(),
        last_used_at=clock(),
        ends_at=clock() + timedelta(hours=1),
        source_ip=None,
        user_agent="",
    )
