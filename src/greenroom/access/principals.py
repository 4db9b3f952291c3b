"""Who makes a call."""

from dataclasses import dataclass

from greenroom.access.policies import PolicySet


def user_arn(account_id: str, user_name: str) -> str:
    """The ARN of a user, as errors and audit records show it."""
    return f"arn:aws:iam::{account_id}:user/{user_name}"


def group_arn(account_id: str, group_name: str) -> str:
    """The ARN of a group."""
    return f"arn:aws:iam::{account_id}:group/{group_name}"


def role_arn(account_id: str, role_name: str) -> str:
    """The ARN of a role."""
    return f"arn:aws:iam::{account_id}:role/{role_name}"


def role_session_arn(account_id: str, role_name: str, session_name: str) -> str:
    """The ARN of somebody who has taken on a role."""
    return f"arn:aws:sts::{account_id}:assumed-role/{role_name}/{session_name}"


def provider_arn(account_id: str, issuer: str) -> str:
    """The ARN of a provider of identities, as trust policies name it."""
    return f"arn:aws:iam::{account_id}:oidc-provider/{issuer.partition('://')[2]}"


def policy_arn(account_id: str, policy_name: str) -> str:
    """The ARN of one of the studio's own policies."""
    return f"arn:aws:iam::{account_id}:policy/{policy_name}"


@dataclass(frozen=True, slots=True)
class Principal:
    """An authenticated caller with the policies that decide for it."""

    principal_id: str
    """The user's id: what `ownedBy`, `createdBy` and the members of a launch profile name. Of a role's session
    `AROA…:` and the session's name (facts sheet 2.5)."""
    user_name: str
    """Empty for a role's session."""
    account_id: str
    arn: str
    administrator: bool
    """A studio member of persona ADMINISTRATOR. What it may do is decided by its policies, not by this."""
    policies: PolicySet
    session_policies: PolicySet | None = None
    """What the session was cut down to: it may do what both allow. None: to nothing less."""
    role_arn: str | None = None
    """Of the role that was taken on; None for a user."""
