"""A policy as it decides: statements with their patterns read and their conditions ready."""

from dataclasses import dataclass, field
from enum import Enum

from greenroom.access.policies.arns import ArnPattern
from greenroom.access.policies.conditions import Condition
from greenroom.access.policies.match import Wildcard
from greenroom.access.policies.variables import RequestValues


class Effect(Enum):
    """What a statement does to the requests that it covers."""

    ALLOW = "Allow"
    DENY = "Deny"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; the three questions it answers are asked in their order, the cheapest first."""

    effect: Effect
    index: int
    """Its place in the policy, from 0."""
    actions: tuple[Wildcard, ...]
    """In lower case."""
    resources: tuple[ArnPattern, ...]
    conditions: tuple[Condition, ...] = ()
    sid: str | None = None
    not_action: bool = False
    not_resource: bool = False

    @property
    def granting(self) -> bool:
        return self.effect is Effect.ALLOW

    def names_action(self, action: str) -> bool:
        """Whether it is about `action`, given in lower case."""
        return any(pattern.matches(action) for pattern in self.actions) is not self.not_action

    def covers_resource(self, resource: str, keys: RequestValues) -> bool:
        """Whether it is about `resource`.

        A variable without a value matches no resource. Under NotResource that would be every resource, so
        an Allow does not apply then, and a Deny does.
        """
        bound = [pattern.bind(keys) for pattern in self.resources]
        if self.not_resource and self.granting and None in bound:
            return False
        return any(pattern is not None and pattern.matches(resource) for pattern in bound) is not self.not_resource

    def conditions_hold(self, keys: RequestValues) -> bool:
        granting = self.granting
        return all(condition.holds(keys, granting=granting) for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy document."""

    name: str
    version: str
    statements: tuple[Statement, ...]
    text: str = field(repr=False, default="")
    """The document as it was given, to show it again."""
