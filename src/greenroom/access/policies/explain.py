"""Why a decision is as it is, statement by statement: for people, and slower than deciding."""

from dataclasses import dataclass

from greenroom.access.policies.document import Effect, Statement
from greenroom.access.policies.evaluate import Decision, MatchedStatement, PolicySet, decide
from greenroom.access.policies.request import AccessRequest


@dataclass(frozen=True, slots=True)
class ConditionExplanation:
    """One condition of a statement, with what the request had for its key (nothing: the key was absent)."""

    operator: str
    key: str
    policy_values: tuple[str, ...]
    request_values: tuple[str, ...]
    holds: bool


@dataclass(frozen=True, slots=True)
class StatementExplanation:
    """One statement, with each of its parts held against the request."""

    statement: MatchedStatement
    effect: Effect
    action_matches: bool
    resource_matches: bool
    conditions: tuple[ConditionExplanation, ...]

    @property
    def applies(self) -> bool:
        return self.action_matches and self.resource_matches and all(condition.holds for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision and all the statements that were looked at for it, in the order of the policies."""

    decision: Decision
    statements: tuple[StatementExplanation, ...]

    @property
    def applying(self) -> tuple[StatementExplanation, ...]:
        return tuple(explained for explained in self.statements if explained.applies)


def explain(policies: PolicySet, request: AccessRequest) -> Explanation:
    """The decision of `decide` on the same request, with its grounds."""
    return Explanation(
        decision=decide(policies, request),
        statements=tuple(
            _explained(policy.name, statement, request)
            for policy in policies.policies
            for statement in policy.statements
        ),
    )


def _explained(policy: str, statement: Statement, request: AccessRequest) -> StatementExplanation:
    values = request.values
    return StatementExplanation(
        statement=MatchedStatement(policy, statement.sid, statement.index),
        effect=statement.effect,
        action_matches=statement.names_action(request.action.lower()),
        resource_matches=statement.covers_resource(request.resource, values),
        conditions=tuple(
            ConditionExplanation(
                operator=condition.operator.written,
                key=condition.key,
                policy_values=condition.written_values,
                request_values=values.get(condition.lowered_key, ()),
                holds=condition.holds(values, granting=statement.granting),
            )
            for condition in statement.conditions
        ),
    )
