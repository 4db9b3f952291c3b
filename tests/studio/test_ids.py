"""Ids in the forms of the original."""

import base64
import re
import uuid

from greenroom.studio.ids import STUDIO_ID_PATTERN, new_id, new_principal_id, new_studio_id

MANY = 2000


def test_an_id_is_sixteen_bytes_in_url_safe_base64() -> None:
    for _ in range(MANY):
        made = new_id()
        assert re.fullmatch(r"[A-Za-z0-9_-]{22}", made)
        assert len(base64.urlsafe_b64decode(made + "==")) == 16


def test_an_id_can_stand_on_a_command_line() -> None:
    assert not any(new_id().startswith("-") for _ in range(MANY))


def test_ids_are_unique() -> None:
    assert len({new_id() for _ in range(MANY)}) == MANY


def test_a_studio_id_tells_its_region() -> None:
    made = new_studio_id("eu-central-1")
    assert re.fullmatch(r"eu-central-1:stid-[a-z0-9]{16}", made)
    assert STUDIO_ID_PATTERN.fullmatch(made)


def test_a_principal_id_is_ten_digits_and_a_uuid() -> None:
    for _ in range(MANY):
        digits, _, rest = new_principal_id().partition("-")
        assert re.fullmatch(r"[0-9a-f]{10}", digits)
        assert str(uuid.UUID(rest)) == rest
