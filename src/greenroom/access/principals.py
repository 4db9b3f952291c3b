"""Who makes a call."""

from dataclasses import dataclass

from greenroom.access.policies import PolicySet


def user_arn(account_id: str, user_name: str) -> str:
    """The ARN of a user, as errors and audit records show it."""
    return f"arn:aws:iam::{account_id}:user/{user_name}"


def group_arn(account_id: str, group_name: str) -> str:
    """The ARN of a group."""
    return f"arn:aws:iam::{account_id}:group/{group_name}"


def policy_arn(account_id: str, policy_name: str) -> str:
    """The ARN of one of the studio's own policies."""
    return f"arn:aws:iam::{account_id}:policy/{policy_name}"


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller with the policies that decide for it."""

    principal_id: str
    """The user's id: what `ownedBy`, `createdBy` and the members of a launch profile name."""
    user_name: str
    account_id: str
    arn: str
    administrator: bool
    """A studio member of persona ADMINISTRATOR. What it may do is decided by its policies, not by this."""
    policies: PolicySet
