"""Members: who administers a studio, and who may use a launch profile (facts sheet 3.5)."""

from dataclasses import dataclass
from datetime import datetime

ADMINISTRATOR = "ADMINISTRATOR"
"""The one persona of a studio's members."""
USER = "USER"
"""The one persona of a launch profile's members."""


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
