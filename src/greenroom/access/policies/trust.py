"""Trust policies: who may take on a role.

The language is that of other policies, with a Principal in the place of a Resource. A statement that names a user or a
role by its ARN is leave by itself; one that names the account (its number, its root, or `*`) leaves it to the
caller's own policies.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from greenroom.access.policies.document import Effect, Policy
from greenroom.access.policies.evaluate import PolicySet, decide
from greenroom.access.policies.parse import PolicyError, PolicyProblem, decode_document, parse_policy
from greenroom.access.policies.request import AccessRequest

ACTIONS = ("sts:AssumeRole", "sts:AssumeRoleWithWebIdentity", "sts:*")
"""What a trust policy may speak of."""
Leave = Literal["granted", "own policies", "denied", "none"]
"""By the trust policy alone; up to the caller's own policies; refused by a Deny; not spoken of."""

_NAMED = re.compile(r"arn:aws:(iam|sts)::\d{12}:(user|role|assumed-role)/[^*?\s]+")
_ROOT = re.compile(r"arn:aws:iam::(\d{12}):root")
_ACCOUNT = re.compile(r"\d{12}")
_PROVIDER = re.compile(r"arn:aws:iam::\d{12}:oidc-provider/[^*?\s]+")
_SERVICE = re.compile(r"[a-z0-9.-]+\.amazonaws\.com")


@dataclass(frozen=True, slots=True)
class TrustStatement:
    """One statement: whom it names, and the rest as a policy of its own."""

    effect: Effect
    named: frozenset[str]
    """ARNs of users, roles and providers."""
    accounts: frozenset[str]
    everybody: bool
    rest: PolicySet


@dataclass(frozen=True, slots=True)
class Caller:
    """Who would take on a role."""

    arns: frozenset[str]
    """All by which a policy may name them: a session of a role by its own ARN and by the role's."""
    account_id: str | None
    """None for somebody whom a provider vouches for: they are nobody of the account."""


@dataclass(frozen=True, slots=True)
class TrustPolicy:
    """A parsed trust policy."""

    statements: tuple[TrustStatement, ...]

    def leave(self, caller: Caller, action: str, role_arn: str, keys: Mapping[str, str | Sequence[str]]) -> Leave:
        """What it says to that caller."""
        request = AccessRequest(action, role_arn, keys)
        found: Leave = "none"
        for statement in self.statements:
            by_name = not statement.named.isdisjoint(caller.arns)
            by_account = caller.account_id is not None and (
                statement.everybody or caller.account_id in statement.accounts
            )
            if not (by_name or by_account):
                continue
            decision = decide(statement.rest, request)
            if decision.reason == "explicitDeny":
                return "denied"
            if decision.allowed and found != "granted":
                found = "granted" if by_name else "own policies"
        return found


def parse_trust_policy(document: str) -> TrustPolicy:
    """The trust policy of a JSON document. Raises PolicyError with every mistake."""
    name = "trust policy"
    decoded = decode_document(document, name=name)
    problems: list[PolicyProblem] = []
    statements = decoded.get("Statement") if isinstance(decoded, dict) else None
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(decoded, dict) or not isinstance(statements, list):
        parse_policy(document, name=name)
        raise PolicyError(name, [PolicyProblem("Statement", "is missing")])
    principals, rest = [], []
    for index, statement in enumerate(statements):
        if not isinstance(statement, dict):
            rest.append(statement)
            continue
        where = f"Statement[{index}]"
        problems.extend(
            PolicyProblem(f"{where}.{element}", "has no place in a trust policy")
            for element in ("Resource", "NotResource", "NotPrincipal", "NotAction")
            if element in statement
        )
        principals.append(_principal(statement.get("Principal"), f"{where}.Principal", problems))
        known = {element: value for element, value in statement.items() if element not in ("Principal", "NotPrincipal")}
        _check_actions(known.get("Action"), where, problems)
        rest.append({**known, "Resource": "*"})
    if problems:
        raise PolicyError(name, problems)
    policy = parse_policy({**decoded, "Statement": rest}, name=name)
    return TrustPolicy(
        tuple(
            TrustStatement(statement.effect, *principal, PolicySet.compile([_alone(policy, at)]))
            for at, (statement, principal) in enumerate(zip(policy.statements, principals, strict=True))
        )
    )


def _alone(policy: Policy, at: int) -> Policy:
    return Policy(policy.name, policy.version, (policy.statements[at],))


def _check_actions(actions: object, where: str, problems: list[PolicyProblem]) -> None:
    problems.extend(
        PolicyProblem(f"{where}.Action", f"is {action[:80]!r}; there are {', '.join(ACTIONS)}")
        for action in (actions if isinstance(actions, list) else [actions])
        if isinstance(action, str) and action not in ACTIONS
    )


def _principal(
    principal: object, where: str, problems: list[PolicyProblem]
) -> tuple[frozenset[str], frozenset[str], bool]:
    """Whom it names, which accounts, and whether everybody of this one."""
    named, accounts, everybody = set[str](), set[str](), False
    if principal == "*":
        return frozenset(), frozenset(), True
    if not isinstance(principal, dict) or not principal:
        problems.append(PolicyProblem(where, 'is missing; write {"AWS": …}, {"Federated": …} or "*"'))
        return frozenset(), frozenset(), False
    for kind, values in principal.items():
        for value in values if isinstance(values, list) else [values]:
            text = value if isinstance(value, str) else ""
            if kind == "AWS" and text == "*":
                everybody = True
            elif kind == "AWS" and (_ACCOUNT.fullmatch(text) or _ROOT.fullmatch(text)):
                found = _ROOT.fullmatch(text)
                accounts.add(found[1] if found else text)
            elif (kind == "AWS" and _NAMED.fullmatch(text)) or (kind == "Federated" and _PROVIDER.fullmatch(text)):
                named.add(text)
            elif kind == "Service" and _SERVICE.fullmatch(text):
                # The original's services take on roles; none of them calls here.
                continue
            else:
                problems.append(PolicyProblem(f"{where}.{kind[:80]}", f"{text[:80]!r} names nobody who calls here"))
    return frozenset(named), frozenset(accounts), everybody
