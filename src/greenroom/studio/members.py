"""Members: who administers a studio, and who may use a launch profile (facts sheet 3.5)."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime

ADMINISTRATOR = "ADMINISTRATOR"
"""The one persona of a studio's members."""
USER = "USER"
"""The one persona of a launch profile's members."""
IDENTITY_STORE = "d-greenroom0"
"""The id of this house's own identity store, where members are written down by the house itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """What both kinds have in common."""

    principal_id: str
    identity_store_id: str
    """As whoever added the member wrote it; people are known by their principal id alone."""
    persona: str
    created_at: datetime
    sid: str | None = None
    """The security identifier of an Active Directory account; nobody has one here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudioMember(Member):
    """One who administers a studio."""

    studio_id: str
    persona: str = ADMINISTRATOR


@dataclass(frozen=True, slots=True, kw_only=True)
class LaunchProfileMember(Member):
    """One who may use a launch profile."""

    launch_profile_id: str
    persona: str = USER


def step_down(leaving: Set[str], administrators: Set[str]) -> frozenset[str]:
    """Which of those who administer no studio any more lose an administrator's rights: all, or none.

    None where nobody would be left to give rights to anybody.
    """
    return frozenset(leaving) if administrators - leaving else frozenset()
