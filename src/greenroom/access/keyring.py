"""From an access key id to whose it is and its secret."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from threading import Lock

from greenroom.access.managed import OF_A_USER, OF_AN_ADMINISTRATOR, managed_policy
from greenroom.access.policies import PolicySet
from greenroom.access.principals import Principal, user_arn
from greenroom.access.secret_box import SecretBox
from greenroom.store import studios
from greenroom.store.database import Database
from greenroom.studio.studios import User

REMEMBERED_SECONDS = 1.0
"""How long a looked-up key is used again: also the longest that a disabled one still signs."""
_REMEMBERED_KEYS = 4096


@dataclass(frozen=True, slots=True)
class Credential:
    """An access key that may sign now."""

    principal: Principal
    secret_access_key: str


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
        self._lock = Lock()

    def credential(self, access_key_id: str) -> Credential | None:
        """The key's credential; None where there is no such key, or it or its user is disabled."""
        now = self._monotonic()
        known = self._remembered.get(access_key_id)
        if known is not None and now - known[0] < REMEMBERED_SECONDS:
            return known[1]
        credential = self._look_up(access_key_id)
        with self._lock:
            if len(self._remembered) >= _REMEMBERED_KEYS:
                self._remembered.clear()
            self._remembered[access_key_id] = (now, credential)
        return credential

    def _look_up(self, access_key_id: str) -> Credential | None:
        with self._database.read() as connection:
            found = studios.key_and_user(connection, access_key_id)
        if found is None:
            return None
        key, user = found
        if key.disabled_at is not None or user.disabled_at is not None:
            return None
        secret = self._box.open(key.sealed_secret, access_key_id.encode()).decode()
        return Credential(self.principal(user), secret)

    def principal(self, user: User) -> Principal:
        """The user as one who makes calls."""
        return Principal(
            principal_id=user.principal_id,
            user_name=user.user_name,
            account_id=self._account_id,
            arn=user_arn(self._account_id, user.user_name),
            administrator=user.administrator,
            policies=_policies(user.administrator),
        )

    def seal(self, access_key_id: str, secret_access_key: str) -> bytes:
        """The secret as it is kept, bound to its key id. `AccessKey.sealed_secret` holds it."""
        return self._box.seal(secret_access_key.encode(), access_key_id.encode())


@cache
def _policies(administrator: bool) -> PolicySet:
    return PolicySet.compile(managed_policy(name) for name in (OF_AN_ADMINISTRATOR if administrator else OF_A_USER))
