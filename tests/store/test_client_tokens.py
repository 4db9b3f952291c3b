"""What was made under which client token, on both databases."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from tests.support import START

from greenroom.store import client_tokens
from greenroom.store.client_tokens import Remembered
from greenroom.store.database import Database

TOKEN = "4f1c6a2e-6d0b-4a9e-8a44-0d8ad4f3a2f1"


def remember(
    database: Database, token: str = TOKEN, *, by: str = "ada", operation: str = "Create", now: datetime = START
) -> None:
    with database.write() as connection:
        client_tokens.remember(connection, by, operation, token, fingerprint="f", resource_id="r", now=now)


def find(database: Database, token: str = TOKEN, *, by: str = "ada", operation: str = "Create") -> Remembered | None:
    with database.read() as connection:
        return client_tokens.find(connection, by, operation, token)


def test_what_was_made_under_a_token_is_found(database: Database) -> None:
    remember(database)
    assert find(database) == Remembered("f", "r")


def test_a_token_belongs_to_one_person_and_one_operation(database: Database) -> None:
    remember(database)
    assert find(database, by="grace") is None
    assert find(database, operation="Delete") is None
    assert find(database, "another") is None


def test_of_two_calls_under_one_token_one_is_remembered(database: Database) -> None:
    remember(database)
    with pytest.raises(IntegrityError):
        remember(database)


def test_old_tokens_are_forgotten(database: Database) -> None:
    remember(database, "old")
    remember(database, "new", now=START + timedelta(seconds=1))
    with database.write() as connection:
        client_tokens.purge(connection, START + timedelta(seconds=1))
    assert find(database, "old") is None
    assert find(database, "new") == Remembered("f", "r")
