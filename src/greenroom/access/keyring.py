"""From an access key id to whose it is and its secret."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from threading import Lock

from greenroom.access.managed import MANAGED_POLICIES, OF_A_USER, OF_AN_ADMINISTRATOR, managed_policy
from greenroom.access.policies import Policy, PolicySet, parse_policy
from greenroom.access.principals import Principal, user_arn
from greenroom.access.secret_box import SecretBox
from greenroom.access.session_tokens import Grounds
from greenroom.store import people, sign_ins, studios
from greenroom.store.database import Database, DatabaseUnavailableError
from greenroom.studio.studios import User

REMEMBERED_SECONDS = 1.0
"""How long a looked-up key is used again: also the longest that a disabled one still signs."""
USE_PRECISION = timedelta(minutes=10)
"""How exactly the last use of a key is kept: so often at most is it written down."""
_REMEMBERED_KEYS = 4096
_COMPILED_SETS = 256


@dataclass(frozen=True, slots=True)
class Credential:
    """An access key that may sign now."""

    principal: Principal
    secret_access_key: str
    access_key_id: str = ""
    last_used_at: datetime | None = None
    expires_at: datetime | None = None
    temporary: bool = False
    """Whether a session token came with it."""
    grounds: Grounds | None = None
    """What a temporary one stands on."""


class Keyring:
    """Thread-safe."""

    def __init__(
        self,
        database: Database,
        box: SecretBox,
        account_id: str,
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._database = database
        self._box = box
        self._account_id = account_id
        self._monotonic = monotonic
        self._remembered: dict[str, tuple[float, Credential | None]] = {}
        """By key id, and by sign-in's id: the two have other lengths."""
        self._uses: dict[str, datetime] = {}
        self._lock = Lock()

    def credential(self, access_key_id: str) -> Credential | None:
        """The key's credential; None where there is no such key, or it or its user is disabled.

        Whether it has expired is for whoever has a clock to say: `expires_at`.
        """
        return self._known(access_key_id, self._look_up)

    def signed_in(self, sign_in_id: str) -> Credential | None:
        """What a temporary key that stands on that sign-in may do, without a secret of its own.

        None where the sign-in is over (as records tell: by a sign-out, not by time), or its user disabled.
        """
        return self._known(sign_in_id, self._look_up_sign_in)

    def forget(self) -> None:
        """Look everything up anew."""
        with self._lock:
            self._remembered.clear()

    def _known(self, name: str, look_up: Callable[[str], Credential | None]) -> Credential | None:
        """What was looked up by that name a moment ago, or is now."""
        now = self._monotonic()
        known = self._remembered.get(name)
        if known is not None and now - known[0] < REMEMBERED_SECONDS:
            return known[1]
        credential = look_up(name)
        with self._lock:
            if len(self._remembered) >= _REMEMBERED_KEYS:
                self._remembered.clear()
            self._remembered[name] = (now, credential)
        return credential

    def _look_up_sign_in(self, sign_in_id: str) -> Credential | None:
        with self._database.read() as connection:
            found = sign_ins.get(connection, sign_in_id)
            if found is None or found[1].disabled_at is not None:
                return None
            sign_in, user = found
            attached = people.policies_for(connection, user.principal_id)
        return Credential(self._principal(user, attached), "", expires_at=sign_in.ends_at)

    def _look_up(self, access_key_id: str) -> Credential | None:
        with self._database.read() as connection:
            found = studios.key_and_user(connection, access_key_id)
            if found is None:
                return None
            key, user = found
            if key.disabled_at is not None or user.disabled_at is not None:
                return None
            attached = people.policies_for(connection, user.principal_id)
        secret = self._box.open(key.sealed_secret, access_key_id.encode()).decode()
        return Credential(
            self._principal(user, attached), secret, access_key_id, key.last_used_at, expires_at=key.expires_at
        )

    def use_is_news(self, credential: Credential, now: datetime) -> bool:
        """A signature of that key was right; whether `note_use` is due, as it is every `USE_PRECISION`."""
        known = self._uses.get(credential.access_key_id, credential.last_used_at)
        if known is not None and now - known < USE_PRECISION:
            return False
        with self._lock:
            if len(self._uses) >= _REMEMBERED_KEYS:
                self._uses.clear()
            self._uses[credential.access_key_id] = now
        return True

    def note_use(self, credential: Credential, now: datetime) -> None:
        """Write down when the key was used; where that cannot be done, the next use is as good."""
        with suppress(DatabaseUnavailableError), self._database.write() as connection:
            people.note_use(connection, credential.access_key_id, now)

    def principal(self, user: User) -> Principal:
        """The user as one who makes calls, with all policies that decide for them now."""
        with self._database.read() as connection:
            attached = people.policies_for(connection, user.principal_id)
        return self._principal(user, attached)

    def _principal(self, user: User, attached: list[tuple[str, str | None]]) -> Principal:
        return Principal(
            principal_id=user.principal_id,
            user_name=user.user_name,
            account_id=self._account_id,
            arn=user_arn(self._account_id, user.user_name),
            administrator=user.administrator,
            policies=policy_set(user.administrator, tuple(attached)),
        )

    def seal(self, access_key_id: str, secret_access_key: str) -> bytes:
        """The secret as it is kept, bound to its key id. `AccessKey.sealed_secret` holds it."""
        return self._box.seal(secret_access_key.encode(), access_key_id.encode())


@lru_cache(_COMPILED_SETS)
def policy_set(administrator: bool, attached: tuple[tuple[str, str | None], ...]) -> PolicySet:
    """What decides for a person: what everybody of their kind has, and what is attached (name and document)."""
    base = [managed_policy(name) for name in (OF_AN_ADMINISTRATOR if administrator else OF_A_USER)]
    return PolicySet.compile([*base, *(_policy(name, document) for name, document in attached)])


@lru_cache(_REMEMBERED_KEYS)
def _policy(name: str, document: str | None) -> Policy:
    if document is not None:
        return parse_policy(document, name=name)
    if name in MANAGED_POLICIES:
        return managed_policy(name)
    # Attached, and gone since: it grants nothing, and what it denied cannot be known.
    raise LookupError(f"the policy {name} is attached and is not there; detach it or put it back")
