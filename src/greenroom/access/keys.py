"""Access keys: what scripts and SDKs sign their requests with."""

import secrets
import string
from dataclasses import dataclass, field

_ID_ALPHABET = string.ascii_uppercase + "234567"
_SECRET_ALPHABET = string.ascii_letters + string.digits
_ID_LENGTH = 16
_SECRET_LENGTH = 40


@dataclass(frozen=True, slots=True)
class NewAccessKey:
    """A key as it is shown once, to the person it is for."""

    access_key_id: str
    secret_access_key: str = field(repr=False)


def new_access_key() -> NewAccessKey:
    """A fresh key: `AKIA` and 16 characters of base32 (80 bits), and a secret of 40 letters and digits (238 bits).

    The secret has neither `/` nor `+`, so that a double click takes it whole and no tool has to quote it.
    """
    return NewAccessKey(
        access_key_id="AKIA" + _random(_ID_ALPHABET, _ID_LENGTH),
        secret_access_key=_random(_SECRET_ALPHABET, _SECRET_LENGTH),
    )


def new_temporary_key() -> NewAccessKey:
    """A fresh temporary key: as `new_access_key`, its id beginning with `ASIA`."""
    return NewAccessKey(
        access_key_id="ASIA" + _random(_ID_ALPHABET, _ID_LENGTH),
        secret_access_key=_random(_SECRET_ALPHABET, _SECRET_LENGTH),
    )


def _random(alphabet: str, length: int) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))
