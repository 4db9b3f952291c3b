"""Groups of people, and the policies that are attached to people and groups."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from greenroom.studio.errors import Invalid

USER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9+=,.@_-]{0,63}")
"""Names of users and groups."""
POLICY_NAME = re.compile(r"[A-Za-z0-9+=,.@_-]{1,128}")


class TargetType(StrEnum):
    """What a policy is attached to."""

    USER = "user"
    GROUP = "group"
    ROLE = "role"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People who share policies."""

    group_name: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPolicy:
    """A policy that the studio wrote itself."""

    policy_name: str
    document: str
    """As it was given; it was parsed without a mistake then."""
    created_at: datetime
    updated_at: datetime
    updated_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyAttachment:
    """A policy, the studio's own or one that comes with Greenroom, that decides for a user or a group."""

    policy_name: str
    target_type: TargetType
    target_id: str
    """The user's principal id, or the group's name."""


def check_name(kind: str, name: str, form: re.Pattern[str] = USER_NAME) -> str:
    """The name. Raises Invalid where such a thing cannot be called so."""
    if not form.fullmatch(name):
        raise Invalid(
            f"{kind}Name: '{name[:128]}' is no name of a {kind}: letters, digits and +=,.@_-, beginning with a letter "
            "or a digit.",
            code="INVALID_NAME",
        )
    return name
