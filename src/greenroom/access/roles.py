"""May somebody take on a role?"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache

from greenroom.access.actions import Action, Level, ResourceType, register, register_resource_type
from greenroom.access.authorise import AccessDenied, Resource, authorise
from greenroom.access.policies import Decision
from greenroom.access.policies.trust import Caller, TrustPolicy, parse_trust_policy
from greenroom.access.principals import Principal

ASSUME = "sts:AssumeRole"
ASSUME_WITH_IDENTITY = "sts:AssumeRoleWithWebIdentity"

register_resource_type(ResourceType("role"))
register(Action(ASSUME, Level.WRITE, {"role": True}))


@lru_cache(256)
def trust_policy(document: str) -> TrustPolicy:
    """The trust policy of that document, read once. Raises PolicyError."""
    return parse_trust_policy(document)


def check_assume(
    principal: Principal,
    document: str | None,
    arn: str,
    keys: Mapping[str, str | Sequence[str]],
    *,
    now: datetime,
) -> None:
    """Raises AccessDenied where that principal may not take on the role `arn` of that trust policy.

    None is a role that is not there: it is refused in the very words of one that does not trust the caller. An explicit
    Deny of the caller's own policies wins over a trust policy that names them.
    """
    names = frozenset({principal.arn, principal.role_arn or principal.arn})
    mine = {
        **keys,
        "aws:principalarn": principal.role_arn or principal.arn,
        "aws:principalaccount": principal.account_id,
        "aws:principaltype": "AssumedRole" if principal.role_arn else "User",
        "aws:userid": principal.principal_id,
    } | ({"aws:username": principal.user_name} if principal.user_name else {})
    leave = (
        "none"
        if document is None
        else trust_policy(document).leave(
            Caller(names, principal.account_id), ASSUME, arn, {name.lower(): value for name, value in mine.items()}
        )
    )
    if leave in ("granted", "own policies"):
        try:
            authorise(principal, ASSUME, [Resource(arn, "role")], keys, now=now)
        except AccessDenied as denied:
            # Being named is leave enough, up to a Deny, and up to what the session was cut down to.
            cut_down = principal.session_policies is not None
            if leave == "granted" and denied.decision.reason == "implicitDeny" and not cut_down:
                return
            raise _denied(principal, arn) from denied
        return
    raise _denied(principal, arn)


def _denied(principal: Principal, arn: str) -> AccessDenied:
    return AccessDenied(
        f"User: {principal.arn} is not authorized to perform: {ASSUME} on resource: {arn}",
        action=ASSUME,
        resource=arn,
        decision=Decision(allowed=False, reason="implicitDeny"),
    )
