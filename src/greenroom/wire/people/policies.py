"""Shapes of policies, what they are attached to, and what they would say."""

from enum import StrEnum
from typing import Annotated

from greenroom.wire.people.users import UserName
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String, StringList, Timestamp
from greenroom.wire.traits import Label, ListOf, MapOf, Text

__all__ = [
    "AccessPolicy",
    "AccessPolicyList",
    "ActionName",
    "AttachPolicyRequest",
    "AttachPolicyResponse",
    "AttachmentTarget",
    "ConditionKeys",
    "DeletePolicyRequest",
    "DeletePolicyResponse",
    "DetachPolicyRequest",
    "DetachPolicyResponse",
    "GetPolicyRequest",
    "GetPolicyResponse",
    "ListPoliciesRequest",
    "ListPoliciesResponse",
    "PolicyDocument",
    "PolicyName",
    "PolicyOrigin",
    "PutPolicyRequest",
    "PutPolicyResponse",
    "ResourceArn",
    "SimulatePolicyRequest",
    "SimulatePolicyResponse",
    "StatementExplanation",
    "StatementExplanationList",
    "StatementVerdict",
]

PolicyName = Annotated[str, Text("PolicyName", min_length=1, max_length=128)]


PolicyDocument = Annotated[str, Text("PolicyDocument", min_length=2, max_length=65_536)]


ActionName = Annotated[str, Text("ActionName", min_length=3, max_length=128)]


ResourceArn = Annotated[str, Text("SimulatedResourceArn", min_length=1, max_length=2048)]


ConditionKeys = Annotated[
    dict[String, String], MapOf("ConditionKeys", documentation="Values of condition keys, by key.")
]


class AttachmentTarget(StrEnum):
    """What a policy is attached to."""

    USER = "user"
    GROUP = "group"
    ROLE = "role"


class PolicyOrigin(StrEnum):
    """Who wrote a policy."""

    MANAGED = "MANAGED"
    CUSTOMER = "CUSTOMER"


class StatementVerdict(StrEnum):
    """Whether a statement applies to a request, and if not, what stands against it first."""

    APPLIES = "APPLIES"
    OTHER_ACTION = "OTHER_ACTION"
    OTHER_RESOURCE = "OTHER_RESOURCE"
    CONDITION_FAILS = "CONDITION_FAILS"


class AccessPolicy(Shape):
    """A policy; its document where one policy is asked for."""

    arn: String
    origin: PolicyOrigin
    policy_name: PolicyName
    attached_to: StringList | None = None
    document: PolicyDocument | None = None
    updated_at: Timestamp | None = None
    updated_by: String | None = None


AccessPolicyList = Annotated[list[AccessPolicy], ListOf("AccessPolicyList")]


class StatementExplanation(Shape):
    """What one statement says to a simulated request."""

    effect: String
    failed_conditions: StringList
    statement: String
    verdict: StatementVerdict


StatementExplanationList = Annotated[list[StatementExplanation], ListOf("StatementExplanationList")]


class PutPolicyRequest(Shape):
    """A policy in IAM's language; one of the same name is replaced."""

    policy_name: Label[PolicyName]
    document: PolicyDocument


class PutPolicyResponse(Shape):
    """The policy."""

    policy: AccessPolicy


class ListPoliciesRequest(Shape):
    """Nothing to say."""


class ListPoliciesResponse(Shape):
    """The managed policies and the studio's own, without their documents."""

    policies: AccessPolicyList


class GetPolicyRequest(Shape):
    """The policy to read."""

    policy_name: Label[PolicyName]


class GetPolicyResponse(Shape):
    """The policy with its document and what it is attached to."""

    policy: AccessPolicy


class DeletePolicyRequest(Shape):
    """The policy to remove; it must be attached to nothing."""

    policy_name: Label[PolicyName]


class DeletePolicyResponse(Shape):
    """Nothing."""


class AttachPolicyRequest(Shape):
    """The policy, and the user or group that it shall decide for."""

    policy_name: Label[PolicyName]
    target_name: Label[String]
    target_type: Label[AttachmentTarget]


class AttachPolicyResponse(Shape):
    """Nothing."""


class DetachPolicyRequest(Shape):
    """The policy, and the user or group that it shall decide for no longer."""

    policy_name: Label[PolicyName]
    target_name: Label[String]
    target_type: Label[AttachmentTarget]


class DetachPolicyResponse(Shape):
    """Nothing."""


class SimulatePolicyRequest(Shape):
    """What a person would ask for; without a resource, `*`."""

    user_name: Label[UserName]
    action: ActionName
    condition_keys: ConditionKeys | None = None
    resource: ResourceArn | None = None


class SimulatePolicyResponse(Shape):
    """The decision (allowed, explicitDeny, implicitDeny) and its grounds; memberships do not count."""

    decision: String
    statements: StatementExplanationList
