"""The shapes of access keys: a secret only where one is made, marked as such; names within their limits."""

from datetime import UTC, datetime

import pytest

from greenroom.wire.additions import ADDITIONS
from greenroom.wire.codec import decode_request
from greenroom.wire.errors import ValidationException
from greenroom.wire.people import access_keys
from greenroom.wire.people.access_keys import CreateAccessKeyRequest, RotateAccessKeyRequest
from greenroom.wire.schema import structure_of
from greenroom.wire.shapes.base import Shape
from greenroom.wire.traits import Text

SHAPES = [each for name in access_keys.__all__ if isinstance(each := getattr(access_keys, name), type)]
SHOWN_ONCE = {"CreateAccessKeyResponse", "RotateAccessKeyResponse"}


def test_a_key_is_made_for_somebody_with_a_name_and_an_end() -> None:
    body = b'{"name":"render farm","expiresAt":"2027-01-31T09:30:00Z"}'
    asked = decode_request(ADDITIONS["CreateAccessKey"], {"userName": "mia"}, (), {}, body)
    end = datetime(2027, 1, 31, 9, 30, tzinfo=UTC)
    assert asked == CreateAccessKeyRequest(user_name="mia", name="render farm", expires_at=end)


def test_a_name_that_is_too_long_is_refused() -> None:
    with pytest.raises(ValidationException, match=r"'name'.*less than or equal to 128"):
        decode_request(ADDITIONS["CreateAccessKey"], {"userName": "mia"}, (), {}, b'{"name":"' + b"n" * 129 + b'"}')


def test_a_key_is_named_by_its_person_and_its_id_in_the_path() -> None:
    labels = {"userName": "mia", "accessKeyId": "AKIAEXAMPLE"}
    asked = decode_request(ADDITIONS["RotateAccessKey"], labels, (), {}, b"{}")
    assert asked == RotateAccessKeyRequest(access_key_id="AKIAEXAMPLE", user_name="mia")


@pytest.mark.parametrize("shape", [each for each in SHAPES if issubclass(each, Shape)], ids=lambda each: each.__name__)
def test_a_secret_is_told_where_a_key_is_made_and_nowhere_else_and_is_marked(shape: type[Shape]) -> None:
    secrets = [member for member in structure_of(shape).members if "secret" in member.name.lower()]
    assert bool(secrets) == (shape.__name__ in SHOWN_ONCE)
    assert all(isinstance(member.schema, Text) and member.schema.sensitive for member in secrets)
