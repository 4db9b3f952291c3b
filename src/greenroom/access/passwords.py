"""Passwords: argon2id hashes, and passwords that a person can read out over the telephone."""

import base64
import secrets
import unicodedata
from dataclasses import dataclass

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from argon2.low_level import Type

MIN_LENGTH = 8
"""Shortest password that is taken, in characters."""
MAX_LENGTH = 1024
"""Longest one: a limit on what a stranger can have hashed."""

_CONSONANTS = "bdfghjklmnprstvz"
_VOWELS = "aeiou"
_GROUPS = 4


class PasswordRefused(ValueError):  # noqa: N818  not a fault: an answer to the person who chose it
    """The password cannot be used; the text says why and never holds it."""


class CorruptPasswordHash(RuntimeError):  # noqa: N818  the name says it all
    """The stored hash is none: the record was damaged, and no password can be checked against it."""


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether a password is right, and the hash to store in the place of the old where that is out of date."""

    right: bool
    new_hash: str | None = None


class Passwords:
    """Hashes and checks passwords with argon2id; threads may share one.

    The defaults are the second recommendation of RFC 9106 (64 MiB, 3 passes): some 0.1 s of one core for each
    check. Stored hashes of other parameters stay valid and are renewed when their password is next given.
    """

    def __init__(self, *, memory_kib: int = 65_536, passes: int = 3, lanes: int = 4) -> None:
        self._hasher = PasswordHasher(time_cost=passes, memory_cost=memory_kib, parallelism=lanes, type=Type.ID)

    def hash(self, password: str) -> str:
        """The hash to store. Raises PasswordRefused for one that is too short or too long."""
        normalised = _normalised(password)
        if len(normalised) < MIN_LENGTH:
            raise PasswordRefused(f"the password is too short: it needs at least {MIN_LENGTH} characters")
        if len(normalised) > MAX_LENGTH:
            raise PasswordRefused(f"the password is too long: at most {MAX_LENGTH} characters are taken")
        return self._hasher.hash(_encoded(normalised))

    def verify(self, stored_hash: str | None, password: str) -> Verification:
        """Check a password against a stored hash; None, for a user who does not exist, is never right.

        Both take the same work, so that the time of an answer does not tell who exists. Raises
        CorruptPasswordHash where the stored hash is none.
        """
        against = self._hash_of_nobody() if stored_hash is None else stored_hash
        given = _encoded(_normalised(password)[: MAX_LENGTH + 1])
        try:
            self._hasher.verify(against, given)
        except VerifyMismatchError:
            return Verification(right=False)
        except (InvalidHashError, VerificationError) as error:
            raise CorruptPasswordHash(
                "the stored password hash is damaged; set a new password for this user"
            ) from error
        outdated = self._hasher.check_needs_rehash(against)
        return Verification(right=True, new_hash=self._hasher.hash(given) if outdated else None)

    def _hash_of_nobody(self) -> str:
        """A well-formed hash of these parameters that belongs to no password: random bytes, nothing to compute."""
        hasher = self._hasher
        salt = _unpadded_base64(secrets.token_bytes(hasher.salt_len))
        digest = _unpadded_base64(secrets.token_bytes(hasher.hash_len))
        costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
        return f"$argon2id$v=19${costs}${salt}${digest}"


def generate_password() -> str:
    """A password of four pronounceable groups, `tolak-berus-…`: 66 bits, no letter that looks like another."""
    return "-".join(_syllables() for _ in range(_GROUPS))


def _syllables() -> str:
    return "".join(secrets.choice(letters) for letters in (_CONSONANTS, _VOWELS, _CONSONANTS, _VOWELS, _CONSONANTS))


def _unpadded_base64(value: bytes) -> str:
    return base64.b64encode(value).decode().rstrip("=")


def _normalised(password: str) -> str:
    """One form for the same characters, however a keyboard composes them."""
    return unicodedata.normalize("NFKC", password)


def _encoded(password: str) -> bytes:
    """Bytes for every text that a JSON document can hold, half a surrogate pair included."""
    return password.encode("utf-8", "surrogatepass")
