"""A sign-in: somebody's browser that was let in, until it is signed out or its time is over."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from greenroom.studio.clock import is_to_come

MOST_SIGN_INS = 50
"""Of one person at the same time; one more ends the oldest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """The browser's token itself is kept nowhere but in the browser."""

    sign_in_id: str
    token_hash: str
    principal_id: str
    method: str
    """`password`, or `oidc:` and the provider's name."""
    created_at: datetime
    last_used_at: datetime
    ends_at: datetime
    """Whatever happens, it ends then."""
    source_ip: str | None
    user_agent: str


@dataclass(frozen=True, slots=True)
class SignInTerms:
    """How long sign-ins last."""

    lifetime: timedelta
    idle: timedelta
    """So long without being used ends one."""

    def over(self, sign_in: SignIn, now: datetime) -> bool:
        """Whether its time is over; one from what is the future since the clock was set back is over too."""
        over = now >= sign_in.ends_at or now - sign_in.last_used_at >= self.idle
        return over or is_to_come(sign_in.created_at, now)

    def use_is_news(self, sign_in: SignIn, now: datetime) -> bool:
        """Whether its use is to be written down: a twentieth of the idle time is as exact as it is kept."""
        return now - sign_in.last_used_at >= self.idle / 20
