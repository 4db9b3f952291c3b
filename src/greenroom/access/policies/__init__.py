"""IAM's policy language: documents are parsed once, compiled into a `PolicySet`, and decide requests.

Nothing here reads a clock, a database or a request: given policies and the keys of a request it answers.
Where IAM's documentation leaves a case open, the reading that grants less is taken (see `conditions`).
"""

from greenroom.access.policies.document import Effect, Policy, Statement
from greenroom.access.policies.evaluate import Decision, MatchedStatement, PolicySet, decide
from greenroom.access.policies.explain import Explanation, explain
from greenroom.access.policies.parse import PolicyError, PolicyProblem, parse_policy
from greenroom.access.policies.request import AccessRequest

__all__ = [
    "AccessRequest",
    "Decision",
    "Effect",
    "Explanation",
    "MatchedStatement",
    "Policy",
    "PolicyError",
    "PolicyProblem",
    "PolicySet",
    "Statement",
    "decide",
    "explain",
    "parse_policy",
]
