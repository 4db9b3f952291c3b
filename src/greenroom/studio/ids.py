"""Ids in the forms of the original (facts sheet 2.5)."""

import base64
import re
import secrets

STUDIO_ID_PATTERN = re.compile(r"[a-z0-9-]+:stid-[a-z0-9]{16}")
_STUDIO_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def new_id() -> str:
    """22 characters of base64url, 16 random bytes; the form of every id but a studio's.

    Never begins with `-`, so that an id can stand on a command line as it is.
    """
    while True:
        text = base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
        if text[0] not in "-_":
            return text


def new_studio_id(region: str) -> str:
    """`<region>:stid-<16 characters>`."""
    return f"{region}:stid-{''.join(secrets.choice(_STUDIO_ALPHABET) for _ in range(16))}"


def new_principal_id() -> str:
    """The old identity store form of a user id: 10 hexadecimal digits, a dash, a UUID."""
    digits = secrets.token_hex(21)
    return f"{digits[:10]}-{digits[10:18]}-{digits[18:22]}-{digits[22:26]}-{digits[26:30]}-{digits[30:42]}"
