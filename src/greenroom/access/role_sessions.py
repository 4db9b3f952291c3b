"""From a role that somebody took on to what they may do now."""

import time
from collections.abc import Callable
from functools import lru_cache
from threading import Lock

from greenroom.access.keyring import Credential
from greenroom.access.managed import MANAGED_POLICIES, managed_policy
from greenroom.access.policies import Policy, PolicySet, parse_policy
from greenroom.access.principals import Principal, role_arn, role_session_arn
from greenroom.access.session_tokens import OnRole
from greenroom.store import roles
from greenroom.store.database import Database

REMEMBERED_SECONDS = 1.0
"""How long what was looked up is used again: also the longest that an ended session still signs."""
_REMEMBERED = 1024


class RoleSessions:
    """Thread-safe."""

    def __init__(self, database: Database, account_id: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._database = database
        self._account_id = account_id
        self._monotonic = monotonic
        self._remembered: dict[OnRole, tuple[float, Credential | None]] = {}
        self._lock = Lock()

    def credential(self, grounds: OnRole) -> Credential | None:
        """What a session of that role may do, without a secret; None where the role is gone or the session ended.

        Whether what it was taken on with still holds is for whoever asks.
        """
        now = self._monotonic()
        known = self._remembered.get(grounds)
        if known is not None and now - known[0] < REMEMBERED_SECONDS:
            return known[1]
        credential = self._look_up(grounds)
        with self._lock:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[grounds] = (now, credential)
        return credential

    def forget(self) -> None:
        """Look everything up anew."""
        with self._lock:
            self._remembered.clear()

    def _look_up(self, grounds: OnRole) -> Credential | None:
        with self._database.read() as connection:
            role = roles.of_id(connection, grounds.role_id)
            if role is None or grounds.begun_at < int(role.sessions_since.timestamp() * 1_000_000):
                return None
            attached = roles.policies_for(connection, role.role_name)
            own = roles.documents(connection, grounds.policy_names)
        within: PolicySet | None = None
        if grounds.policy is not None or grounds.policy_names:
            named = tuple((name, own.get(name)) for name in grounds.policy_names)
            if any(document is None and name not in MANAGED_POLICIES for name, document in named):
                # What it was cut down to is gone, and what that denied cannot be known.
                return None
            inline = () if grounds.policy is None else (("session policy", grounds.policy),)
            within = _policy_set((*named, *inline))
        principal = Principal(
            principal_id=f"{role.role_id}:{grounds.session_name}",
            user_name="",
            account_id=self._account_id,
            arn=role_session_arn(self._account_id, role.role_name, grounds.session_name),
            administrator=False,
            policies=_policy_set(tuple(attached)),
            session_policies=within,
            role_arn=role_arn(self._account_id, role.role_name),
        )
        return Credential(principal, "", temporary=True)


@lru_cache(256)
def _policy_set(attached: tuple[tuple[str, str | None], ...]) -> PolicySet:
    return PolicySet.compile(_policy(name, document) for name, document in attached)


@lru_cache(1024)
def _policy(name: str, document: str | None) -> Policy:
    return managed_policy(name) if document is None else parse_policy(document, name=name)
