"""What a provider's groups mean here, and what somebody new is called."""

import pytest

from greenroom.studio.identities import GroupMapping, groups_of, user_name_of

MAPPING = GroupMapping(administrators=frozenset({"leads"}), groups={"light": "lighting", "fx": "lighting", "it": "ops"})


def test_its_groups_are_ours_where_they_are_mapped() -> None:
    assert MAPPING.ours(["fx", "unknown"]) == {"lighting": True, "ops": False}
    assert MAPPING.ours([]) == {"lighting": False, "ops": False}


def test_it_says_who_is_an_administrator_only_where_it_is_asked_to() -> None:
    assert MAPPING.administrator(["leads"]) is True
    assert MAPPING.administrator(["fx"]) is False
    assert GroupMapping().administrator(["leads"]) is None


def test_it_lets_in_whom_it_should() -> None:
    assert GroupMapping().lets_in([])
    assert GroupMapping(allowed=frozenset({"a"})).lets_in(["a", "b"])
    assert not GroupMapping(allowed=frozenset({"a"})).lets_in(["b"])


@pytest.mark.parametrize(
    ("claims", "name"),
    [
        ({"preferred_username": "ana", "email": "ana@example.com"}, "ana"),
        ({"preferred_username": "Ana Müller", "email": "ana@example.com"}, "ana@example.com"),
        ({"upn": "ana.m", "preferred_username": "ana"}, "ana.m"),
        ({"preferred_username": 3, "sub": "00u1"}, "00u1"),
        ({"sub": "-"}, None),
    ],
)
def test_somebody_new_gets_a_name_that_can_be_one(claims: dict[str, object], name: str | None) -> None:
    assert user_name_of(claims, "upn") == name


@pytest.mark.parametrize(
    ("value", "groups"), [(["a", "b"], {"a", "b"}), ("a", {"a"}), (None, set()), ([1, "a"], {"a"}), ({"a": 1}, set())]
)
def test_groups_are_read_in_whatever_form_they_come(value: object, groups: set[str]) -> None:
    assert groups_of({"groups": value}, "groups") == groups
