"""Roles: policies that somebody takes on for a while, under a trust policy that says who may."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from greenroom.studio.errors import Invalid

ROLE_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{1,64}")
SESSION_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{2,64}")
SHORTEST_SESSION, LONGEST_SESSION, USUAL_SESSION = 900, 43_200, 3600
"""Seconds that a session of a role may last; a role may allow less than the longest, but no less than the usual."""
_ID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A role."""

    role_name: str
    role_id: str
    """`AROA` and 17 more; another one of the same name has another."""
    trust_policy: str
    """As it was given; it was parsed without a mistake then."""
    max_session_seconds: int
    sessions_since: datetime
    """Sessions that began before are over."""
    created_at: datetime
    created_by: str
    updated_at: datetime
    updated_by: str


def new_role_id() -> str:
    """The id of a new role, in the original's form."""
    return "AROA" + "".join(secrets.choice(_ID_ALPHABET) for _ in range(17))


def check_session_length(seconds: int) -> int:
    """The longest that a role's sessions may last. Raises Invalid."""
    if not USUAL_SESSION <= seconds <= LONGEST_SESSION:
        raise Invalid(
            f"maxSessionDuration: a role's sessions may last {USUAL_SESSION} to {LONGEST_SESSION} seconds at most, "
            f"not {seconds}.",
            code="INVALID_SESSION_DURATION",
        )
    return seconds
