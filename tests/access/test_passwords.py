import re
from typing import Any

import pytest
from argon2 import PasswordHasher, extract_parameters
from hypothesis import given, settings
from hypothesis import strategies as st

from greenroom.access.passwords import (
    MAX_LENGTH,
    MIN_LENGTH,
    CorruptPasswordHash,
    PasswordRefused,
    Passwords,
    generate_password,
)

QUICK = Passwords(memory_kib=64, passes=1, lanes=1)
PASSWORD = "correct horse battery"


def test_the_right_password_is_right_and_another_is_not() -> None:
    stored = QUICK.hash(PASSWORD)
    assert QUICK.verify(stored, PASSWORD).right
    assert not QUICK.verify(stored, PASSWORD + " ").right
    assert not QUICK.verify(stored, "").right


def test_the_defaults_are_those_that_rfc_9106_recommends() -> None:
    parameters = extract_parameters(Passwords().hash(PASSWORD))
    assert (parameters.type.name, parameters.memory_cost, parameters.time_cost) == ("ID", 65_536, 3)


def test_a_hash_says_nothing_of_equal_passwords() -> None:
    assert QUICK.hash(PASSWORD) != QUICK.hash(PASSWORD)


def test_an_outdated_hash_is_renewed_when_its_password_is_given() -> None:
    old = QUICK.hash(PASSWORD)
    now = Passwords(memory_kib=128, passes=1, lanes=1)
    renewed = now.verify(old, PASSWORD).new_hash
    assert renewed is not None
    assert now.verify(renewed, PASSWORD) == type(now.verify(old, PASSWORD))(right=True, new_hash=None)
    assert now.verify(old, "wrong password").new_hash is None


def test_a_user_who_does_not_exist_takes_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    verify = PasswordHasher.verify

    def watched(self: PasswordHasher, against: str, given: bytes) -> bool:
        checked.append(against)
        return verify(self, against, given)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    stored = QUICK.hash(PASSWORD)
    assert not QUICK.verify(stored, "wrong password").right
    assert not QUICK.verify(None, PASSWORD).right
    known, unknown = (extract_parameters(against) for against in checked)
    assert known == unknown


@pytest.mark.parametrize("password", ["", "a" * (MIN_LENGTH - 1), "a" * (MAX_LENGTH + 1)])
def test_a_password_of_no_fit_length_is_refused_without_showing_it(password: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        QUICK.hash(password)
    assert "aaa" not in str(refused.value)


def test_a_long_password_is_not_confused_with_its_beginning() -> None:
    stored = QUICK.hash("a" * MAX_LENGTH)
    assert QUICK.verify(stored, "a" * MAX_LENGTH).right
    assert not QUICK.verify(stored, "a" * 100_000).right


def test_composed_and_decomposed_characters_are_the_same_password() -> None:
    assert QUICK.verify(QUICK.hash("señorita-ñ"), "señorita-ñ").right


@pytest.mark.parametrize("stored", ["", "plain", "$argon2id$v=19$m=64,t=1,p=1$x", "$2b$12$abcdefghijklmnopqrstuv"])
def test_a_damaged_hash_is_told_apart_from_a_wrong_password(stored: str) -> None:
    with pytest.raises(CorruptPasswordHash, match="set a new password"):
        QUICK.verify(stored, PASSWORD)


@settings(max_examples=50)
@given(st.text(min_size=1, max_size=40) | st.just("\ud800 half a pair"))
def test_any_text_can_be_given(password: Any) -> None:
    assert not QUICK.verify(None, password).right


def test_a_generated_password_can_be_read_out_and_used() -> None:
    password = generate_password()
    assert re.fullmatch(r"([bdfghjklmnprstvz][aeiou]){2}[bdfghjklmnprstvz](-\w{5}){3}", password)
    assert QUICK.verify(QUICK.hash(password), password).right
    assert len({generate_password() for _ in range(1_000)}) == 1_000
