"""People whom a provider of identities vouches for: who they are here, and what its groups mean."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from greenroom.studio.people import USER_NAME

PROVIDER_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")


@dataclass(frozen=True, slots=True, kw_only=True)
class UserIdentity:
    """One of the provider's people is that one of ours."""

    provider: str
    subject: str
    """The provider's own name for the person, which it gives to nobody else."""
    principal_id: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupMapping:
    """What a provider's groups mean here."""

    administrators: frozenset[str] = frozenset()
    """Who is in one of these is an administrator; empty: nobody becomes or ceases to be one."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """The provider's group to ours."""
    allowed: frozenset[str] = frozenset()
    """Who is in none of these is not let in; empty: everybody is."""

    def lets_in(self, theirs: Collection[str]) -> bool:
        """Whether somebody of these groups may sign in."""
        return not self.allowed or not self.allowed.isdisjoint(theirs)

    def administrator(self, theirs: Collection[str]) -> bool | None:
        """Whether somebody of these groups is an administrator; None: that is not for the provider to say."""
        return None if not self.administrators else not self.administrators.isdisjoint(theirs)

    def ours(self, theirs: Collection[str]) -> Mapping[str, bool]:
        """Of each of our groups that the provider decides on, whether somebody of these groups is in it."""
        return {
            ours: any(self.groups[name] == ours for name in theirs if name in self.groups)
            for ours in sorted(set(self.groups.values()))
        }


def user_name_of(claims: Mapping[str, object], preferred: str) -> str | None:
    """A name for somebody new, out of what the provider says of them; None where nothing of it can be one."""
    for claim in (preferred, "preferred_username", "email", "sub"):
        value = claims.get(claim)
        if isinstance(value, str) and USER_NAME.fullmatch(value):
            return value
    return None


def groups_of(claims: Mapping[str, object], claim: str) -> frozenset[str]:
    """The groups that the provider says somebody is in."""
    value = claims.get(claim)
    if isinstance(value, str):
        return frozenset((value,))
    return frozenset(name for name in value if isinstance(name, str)) if isinstance(value, list) else frozenset()
