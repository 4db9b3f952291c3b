"""From a password to a sign-in, and from its token to whose it is, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from tests.records import STUDIO_ID
from tests.support import Clock

from greenroom.access.origin import Origin
from greenroom.access.passwords import Passwords
from greenroom.access.sign_ins import Begun, SignIns
from greenroom.store import people, sign_ins, studios
from greenroom.store.database import Database
from greenroom.studio.sign_ins import MOST_SIGN_INS, SignInTerms
from greenroom.studio.studios import User

CHEAP = Passwords(memory_kib=8, passes=1, lanes=1)
TERMS = SignInTerms(timedelta(days=7), timedelta(hours=12))
PASSWORD = "tolak-berus-nifop"


@pytest.fixture
def user(database: Database, clock: Clock) -> User:
    """Ana, who has a password."""
    ana = User(
        principal_id="u-ana",
        studio_id=STUDIO_ID,
        user_name="ana",
        password_hash=CHEAP.hash(PASSWORD),
        administrator=False,
        created_at=clock(),
    )
    with database.write() as connection:
        studios.insert_user(connection, ana)
    return ana


@pytest.fixture
def signing_in(database: Database, clock: Clock) -> SignIns:
    return SignIns(database, CHEAP, TERMS, clock)


def begin(signing_in: SignIns, user: User) -> Begun:
    begun = signing_in.begin(user, "password", Origin("192.0.2.1"))
    assert begun is not None
    return begun


def test_a_sign_in_is_found_by_its_token(signing_in: SignIns, user: User) -> None:
    checked = signing_in.check_password("ana", PASSWORD)
    assert checked == user
    begun = begin(signing_in, checked)
    assert signing_in.find(begun.token) == (begun.sign_in, user)
    assert begun.token not in repr(begun)


def test_the_database_has_no_token(signing_in: SignIns, database: Database, user: User) -> None:
    begun = begin(signing_in, user)
    with database.read() as connection:
        kept = str(connection.execute(text("SELECT * FROM sign_ins")).all())
    assert begun.sign_in.token_hash in kept
    assert begun.token not in kept
    assert signing_in.find(begun.sign_in.token_hash) is None


@pytest.mark.parametrize("token", [None, "", "nonsense", "x" * 10_000, "\ud800"])
def test_what_is_no_token_finds_nothing(signing_in: SignIns, user: User, token: str | None) -> None:
    begin(signing_in, user)
    assert signing_in.find(token) is None


def test_use_keeps_it_going_up_to_its_end(signing_in: SignIns, user: User, clock: Clock) -> None:
    begun = begin(signing_in, user)
    for _ in range(15):
        clock.advance(hours=11)
        assert signing_in.find(begun.token) is not None
    clock.advance(hours=3)
    assert signing_in.find(begun.token) is None


def test_without_use_it_is_over_and_its_row_goes(
    signing_in: SignIns, database: Database, user: User, clock: Clock
) -> None:
    begun = begin(signing_in, user)
    clock.advance(hours=12)
    assert signing_in.find(begun.token) is None
    with database.write() as connection:
        assert sign_ins.purge(connection, clock(), TERMS.idle) == 1
        assert sign_ins.get(connection, begun.sign_in.sign_in_id) is None


def test_who_is_shut_out_or_has_no_password_is_not_let_in(
    signing_in: SignIns, database: Database, user: User, clock: Clock
) -> None:
    begun = begin(signing_in, user)
    with database.write() as connection:
        people.set_disabled(connection, user.principal_id, clock())
    assert signing_in.check_password("ana", PASSWORD) is None
    assert signing_in.find(begun.token) is None
    assert signing_in.begin(user, "password", Origin()) is None
    with database.write() as connection:
        people.set_disabled(connection, user.principal_id, None)
        people.set_password_hash(connection, user.principal_id, "")
    assert signing_in.check_password("ana", "") is None
    # Checked before the password was taken away: too late.
    assert signing_in.begin(user, "password", Origin()) is None


def test_an_outdated_hash_is_renewed(database: Database, user: User, clock: Clock) -> None:
    stronger = SignIns(database, Passwords(memory_kib=16, passes=1, lanes=1), TERMS, clock)
    checked = stronger.check_password("ana", PASSWORD)
    assert checked is not None
    assert checked.password_hash != user.password_hash
    assert stronger.begin(checked, "password", Origin()) is not None
    assert stronger.check_password("ana", PASSWORD) == checked


def test_a_new_password_ends_all_sign_ins_and_is_put_in_the_place_of_the_checked_one_only(
    signing_in: SignIns, user: User
) -> None:
    begun = begin(signing_in, user)
    changed = signing_in.change_password(user, "another-password")
    assert changed is not None
    assert signing_in.find(begun.token) is None
    assert signing_in.check_password("ana", "another-password") == changed
    assert signing_in.change_password(user, "a-third-password") is None


def test_one_person_has_so_many_sign_ins_and_no_more(signing_in: SignIns, user: User, clock: Clock) -> None:
    begun = []
    for _ in range(MOST_SIGN_INS + 2):
        begun.append(begin(signing_in, user))
        clock.advance(seconds=1)
    found = [signing_in.find(each.token) is not None for each in begun]
    assert found == [False] * 2 + [True] * MOST_SIGN_INS
