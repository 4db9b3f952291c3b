"""Decisions: an explicit Deny, else an Allow, else no.

A `PolicySet` is made once for a principal and holds no state of a request, so that threads share it. For each
action that the service knows it remembers the statements about it, found by the literal beginning of their
resources: the cost of a decision is that of the statements that could match, not of all.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from greenroom.access import actions
from greenroom.access.policies.document import Effect, Policy, Statement
from greenroom.access.policies.request import AccessRequest

Reason = Literal["explicitDeny", "allowed", "implicitDeny"]


@dataclass(frozen=True, slots=True)
class MatchedStatement:
    """A statement that decided: its policy, its Sid where it has one, its place in the policy from 0."""

    policy: str
    sid: str | None
    index: int

    def __str__(self) -> str:
        return f"{self.policy}/{self.sid or self.index}"


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer, and the statement that gave it; an implicit denial has none."""

    allowed: bool
    reason: Reason
    statements: tuple[MatchedStatement, ...] = ()


_IMPLICIT_DENY = Decision(allowed=False, reason="implicitDeny")

_Named = tuple[str, Statement]
"""A statement with the name of its policy."""


class _ByResource:
    """Statements, found by the resource that they could be about."""

    __slots__ = ("_by_prefix", "_lengths")

    def __init__(self, statements: Iterable[_Named]) -> None:
        self._by_prefix: dict[str, list[_Named]] = {}
        for policy, statement in statements:
            prefixes = {""} if statement.not_resource else {pattern.prefix for pattern in statement.resources}
            for prefix in prefixes:
                self._by_prefix.setdefault(prefix, []).append((policy, statement))
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix})

    def first_match(self, request: AccessRequest) -> MatchedStatement | None:
        resource, values = request.resource, request.values
        for policy, statement in self._candidates(resource):
            if statement.covers_resource(resource, values) and statement.conditions_hold(values):
                return MatchedStatement(policy, statement.sid, statement.index)
        return None

    def _candidates(self, resource: str) -> Iterator[_Named]:
        for length in self._lengths:
            if length > len(resource):
                return
            yield from self._by_prefix.get(resource[:length], ())


@dataclass(frozen=True, slots=True)
class _OneAction:
    """The statements about one action."""

    denies: _ByResource
    allows: _ByResource


class PolicySet:
    """The policies of a principal, ready to decide."""

    __slots__ = ("_by_action", "policies")

    policies: tuple[Policy, ...]

    def __init__(self, policies: Iterable[Policy]) -> None:
        self.policies = tuple(policies)
        self._by_action: dict[str, _OneAction] = {}

    @classmethod
    def compile(cls, policies: Iterable[Policy]) -> "PolicySet":
        """The set of `policies`; its statements are sorted by an action when that is first asked about."""
        return cls(policies)

    def about(self, action: str) -> _OneAction:
        """The statements about an action."""
        action = action.lower()
        found = self._by_action.get(action)
        if found is None:
            found = self._sorted(action)
            # Names that a caller made up are sorted anew each time: nobody fills the memory with them.
            if actions.is_known(action):
                self._by_action[action] = found
        return found

    def _sorted(self, action: str) -> _OneAction:
        about = [
            (policy.name, statement)
            for policy in self.policies
            for statement in policy.statements
            if statement.names_action(action)
        ]
        return _OneAction(
            denies=_ByResource(named for named in about if named[1].effect is Effect.DENY),
            allows=_ByResource(named for named in about if named[1].effect is Effect.ALLOW),
        )


def decide(policies: PolicySet, request: AccessRequest) -> Decision:
    """Whether `policies` let `request` happen, and which statement says so."""
    about = policies.about(request.action)
    if denied := about.denies.first_match(request):
        return Decision(allowed=False, reason="explicitDeny", statements=(denied,))
    if allowed := about.allows.first_match(request):
        return Decision(allowed=True, reason="allowed", statements=(allowed,))
    return _IMPLICIT_DENY
