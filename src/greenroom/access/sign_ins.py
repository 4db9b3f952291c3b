"""From a password to a sign-in, and from a browser's token to whose it is.

The token is 256 random bits; of it the database has only a hash, which is of no use to whoever reads it. Each sign-in
has a token of its own, made when it begins: one that was in the browser before is worth nothing after.
"""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from greenroom.access.origin import Origin
from greenroom.access.passwords import Passwords
from greenroom.access.revocation import end_all_of
from greenroom.store import people, sign_ins, studios
from greenroom.store.database import Database
from greenroom.studio.ids import new_id
from greenroom.studio.sign_ins import MOST_SIGN_INS, SignIn, SignInTerms
from greenroom.studio.studios import User

TOKEN_BYTES = 32
LONGEST_TOKEN = 128
"""Characters of a token that are looked at."""
PASSWORD_METHOD = "password"  # noqa: S105  a word, no password


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in that has just begun."""

    sign_in: SignIn
    user: User
    token: str = field(repr=False)
    """For the browser, and nobody else."""


class SignIns:
    """Thread-safe."""

    def __init__(
        self, database: Database, passwords: Passwords, terms: SignInTerms, clock: Callable[[], datetime]
    ) -> None:
        self._database = database
        self._passwords = passwords
        self.terms = terms
        self._clock = clock

    def check_password(self, user_name: str, password: str) -> User | None:
        """Whose name and password these are; None where they are nobody's, or the person is shut out.

        Takes the same work whether there is such a person or not. Raises CorruptPasswordHash.
        """
        with self._database.read() as connection:
            user = studios.user_named(connection, user_name)
        # Who was made by a provider of identities has no password: as nobody's, it is never right.
        stored = user.password_hash if user is not None and user.password_hash else None
        verification = self._passwords.verify(stored, password)
        if user is None or user.disabled_at is not None or not verification.right:
            return None
        if verification.new_hash is not None:
            with self._database.write() as connection:
                people.renew_password_hash(connection, user.principal_id, user.password_hash, verification.new_hash)
                return studios.user(connection, user.principal_id)
        return user

    def begin(self, checked: User, method: str, origin: Origin, *, instead_of: str | None = None) -> Begun | None:
        """Let that person's browser in; `instead_of`, the token that it had before, is over.

        None where the person was shut out, or got another password, since they were checked.
        """
        token, now = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        with self._database.write() as connection:
            if instead_of is not None:
                sign_ins.end(connection, token_hash(instead_of))
            user = studios.user(connection, checked.principal_id)
            if user is None or user.disabled_at is not None or user.password_hash != checked.password_hash:
                return None
            sign_ins.end_oldest(connection, user.principal_id, keep=MOST_SIGN_INS - 1)
            sign_in = SignIn(
                sign_in_id=new_id(),
                token_hash=token_hash(token),
                principal_id=user.principal_id,
                method=method,
                created_at=now,
                last_used_at=now,
                ends_at=now + self.terms.lifetime,
                source_ip=origin.source_ip,
                user_agent=origin.user_agent,
            )
            sign_ins.insert(connection, sign_in)
        return Begun(sign_in, user, token)

    def find(self, token: str | None) -> tuple[SignIn, User] | None:
        """The sign-in of that token, which counts as used by this; None where there is none, or it is over."""
        if not token or len(token) > LONGEST_TOKEN:
            return None
        now = self._clock()
        with self._database.read() as connection:
            found = sign_ins.of_token(connection, token_hash(token))
        if found is None:
            return None
        sign_in, user = found
        if user.disabled_at is not None or self.terms.over(sign_in, now):
            return None
        if self.terms.use_is_news(sign_in, now):
            with self._database.write() as connection:
                sign_ins.note_use(connection, sign_in.sign_in_id, now)
        return found

    def end(self, token: str) -> None:
        """That sign-in is over, and the temporary keys that stand on it."""
        with self._database.write() as connection:
            sign_ins.end(connection, token_hash(token))

    def change_password(self, checked: User, password: str) -> User | None:
        """Another password in the place of the one that was checked; all the person's sign-ins and streams are over.

        None where it is another one by now. Raises PasswordRefused.
        """
        new_hash = self._passwords.hash(password)
        with self._database.write() as connection:
            if not people.renew_password_hash(connection, checked.principal_id, checked.password_hash, new_hash):
                return None
            end_all_of(connection, checked.principal_id, self._clock())
            return studios.user(connection, checked.principal_id)


def token_hash(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
