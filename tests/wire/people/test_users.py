"""The shapes of people: names within their limits, passwords marked as such, and nobody's secret in a person."""

import pytest

from greenroom.wire.additions import ADDITIONS
from greenroom.wire.codec import decode_request
from greenroom.wire.errors import ValidationException
from greenroom.wire.people.users import (
    CreateUserRequest,
    CreateUserResponse,
    ResetUserPasswordResponse,
    Status,
    StudioUser,
    UpdateUserRequest,
    UserPersona,
)
from greenroom.wire.schema import structure_of
from greenroom.wire.shapes.base import Shape
from greenroom.wire.traits import Text


def test_a_person_is_added_by_name_alone_or_with_a_persona() -> None:
    add = ADDITIONS["CreateUser"]
    assert decode_request(add, {}, (), {}, b'{"userName":"mia"}') == CreateUserRequest(user_name="mia")
    made = decode_request(add, {}, (), {}, b'{"userName":"mia","persona":"ADMINISTRATOR"}')
    assert made == CreateUserRequest(user_name="mia", persona=UserPersona.ADMINISTRATOR)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{}", "'userName'.*must not be null"),
        (b'{"userName":""}', "'userName'.*greater than or equal to 1"),
        (b'{"userName":"' + b"m" * 65 + b'"}', "'userName'.*less than or equal to 64"),
        (b'{"userName":"mia","persona":"ROOT"}', "'persona'.*ADMINISTRATOR"),
    ],
)
def test_what_is_no_person_is_refused_with_where(body: bytes, told: str) -> None:
    with pytest.raises(ValidationException, match=told):
        decode_request(ADDITIONS["CreateUser"], {}, (), {}, body)


def test_whom_it_is_about_stands_in_the_path() -> None:
    asked = decode_request(ADDITIONS["UpdateUser"], {"userName": "mia"}, (), {}, b'{"status":"INACTIVE"}')
    assert asked == UpdateUserRequest(user_name="mia", status=Status.INACTIVE)


@pytest.mark.parametrize("shape", [CreateUserResponse, ResetUserPasswordResponse])
def test_a_password_is_marked_so_that_no_log_has_it(shape: type[Shape]) -> None:
    (password,) = [member.schema for member in structure_of(shape).members if member.name == "password"]
    assert isinstance(password, Text)
    assert password.sensitive


def test_a_person_has_nothing_that_only_they_know() -> None:
    names = {member.name for member in structure_of(StudioUser).members}
    assert not {name for name in names if "password" in name.lower() or "secret" in name.lower()}
