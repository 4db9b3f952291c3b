"""Queries on studios, people and their keys, on both databases."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from tests.records import OWNER, STUDIO_ID, make_backup, make_studio
from tests.support import START

from greenroom.store import backups, studios
from greenroom.store.database import Database
from greenroom.studio.status import ResourceState, SessionState
from greenroom.studio.studios import AccessKey, User

SECOND = timedelta(seconds=1)


def make_user(**members: Any) -> User:
    defaults: dict[str, Any] = {
        "principal_id": OWNER,
        "studio_id": STUDIO_ID,
        "user_name": "ada",
        "password_hash": "$argon2id$…",
        "administrator": False,
        "created_at": START,
    }
    return User(**(defaults | members))


KEY = AccessKey(access_key_id="AKIA0123", principal_id=OWNER, sealed_secret=b"\x00\xffsealed", created_at=START)


def test_studios_are_listed_oldest_first_without_deleted_ones(database: Database) -> None:
    made = [
        make_studio(studio_id="b", studio_name="second", created_at=START + SECOND),
        make_studio(studio_id="a", studio_name="first", created_at=START),
        make_studio(studio_id="c", studio_name="third", state=ResourceState.DELETED),
    ]
    with database.write() as connection:
        for studio in made:
            studios.insert(connection, studio)
        assert studios.every(connection) == [made[1], made[0]]
        assert studios.named(connection, "first") == made[1]
        assert studios.named(connection, "third") is None


def test_a_user_is_found_by_id_and_by_name(database: Database) -> None:
    ada, grace = make_user(), make_user(principal_id="grace's", user_name="grace", created_at=START + SECOND)
    with database.write() as connection:
        studios.insert_user(connection, grace)
        studios.insert_user(connection, ada)
        assert studios.user(connection, OWNER) == studios.user_named(connection, "ada") == ada
        assert studios.user_named(connection, "nobody") is None
        assert studios.every_user(connection, STUDIO_ID) == [ada, grace]
        assert studios.known_users(connection, [OWNER, "nobody's"]) == {OWNER}


def test_no_two_users_have_one_name(database: Database) -> None:
    with database.write() as connection:
        studios.insert_user(connection, make_user())
    with pytest.raises(IntegrityError), database.write() as connection:
        studios.insert_user(connection, make_user(principal_id="another"))


def test_administrators_who_can_sign_in_are_known(database: Database) -> None:
    with database.write() as connection:
        studios.insert_user(connection, make_user())
        studios.insert_user(
            connection, make_user(principal_id="x", user_name="x", administrator=True, disabled_at=START)
        )
        assert not studios.administrators_for_update(connection)
        studios.set_administrator(connection, [OWNER], administrator=True)
        assert studios.administrators_for_update(connection) == {OWNER}


def test_a_key_is_found_with_whose_it_is(database: Database) -> None:
    with database.write() as connection:
        studios.insert_key(connection, KEY)
        assert studios.key_and_user(connection, KEY.access_key_id) is None, "a key of nobody is none"
        studios.insert_user(connection, make_user())
        assert studios.key_and_user(connection, KEY.access_key_id) == (KEY, make_user())
        assert studios.key_and_user(connection, "AKIAunknown") is None


def test_a_disabled_key_says_since_when(database: Database) -> None:
    with database.write() as connection:
        studios.insert_user(connection, make_user())
        studios.insert_key(connection, KEY)
        studios.disable_key(connection, KEY.access_key_id, START + SECOND)
        assert studios.key_and_user(connection, KEY.access_key_id) == (
            replace(KEY, disabled_at=START + SECOND),
            make_user(),
        )


def test_a_studio_stays_on_record_as_long_as_a_backup_of_it_does(database: Database) -> None:
    ended = make_studio(state=ResourceState.DELETED, vault_path="stid-abcdefghijklmnop")
    with database.write() as connection:
        studios.insert(connection, ended)
        backups.insert(connection, make_backup(state=SessionState.DELETED, deleted_at=START))
        assert studios.vault_paths(connection) == {"stid-abcdefghijklmnop"}
        assert studios.purge_deleted(connection, START + SECOND) == 0
        assert backups.purge_deleted(connection, START + SECOND) == 1
        assert studios.purge_deleted(connection, START + SECOND) == 1
