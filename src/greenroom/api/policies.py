"""Operations on policies: the studio's own, what they are attached to, and what they say to a request."""

from dataclasses import replace
from typing import Any

from greenroom.access.actions import Action, Level, ResourceType, register, register_resource_type
from greenroom.access.authorise import Resource, simulate
from greenroom.access.keyring import policy_set
from greenroom.access.managed import MANAGED_POLICIES, managed_policy, managed_policy_arn
from greenroom.access.policies import PolicyError, parse_policy
from greenroom.access.policies.explain import StatementExplanation
from greenroom.access.principals import Principal, policy_arn, user_arn
from greenroom.api.context import Context
from greenroom.api.operation import Touched, handles
from greenroom.api.roles import find_role, role_resource
from greenroom.api.users import find_group, find_user, group_resource, touches_none, touches_user, user_resource
from greenroom.store import people, studios
from greenroom.studio.errors import Conflict, Invalid, NotFound
from greenroom.studio.people import POLICY_NAME, CustomerPolicy, PolicyAttachment, TargetType, check_name
from greenroom.wire import people as shapes

register_resource_type(ResourceType("policy"))
for _name, _level in (
    ("PutPolicy", Level.WRITE),
    ("GetPolicy", Level.READ),
    ("DeletePolicy", Level.WRITE),
):
    register(Action(f"greenroom:{_name}", _level, {"policy": True}))
for _name in ("AttachPolicy", "DetachPolicy"):
    register(Action(f"greenroom:{_name}", Level.WRITE, {"policy": True, "user": False, "group": False, "role": False}))
register(Action("greenroom:ListPolicies", Level.READ, {}))
register(Action("greenroom:SimulatePolicy", Level.READ, {"user": True}))


_RESOURCES = {
    shapes.AttachmentTarget.USER: user_resource,
    shapes.AttachmentTarget.GROUP: group_resource,
    shapes.AttachmentTarget.ROLE: role_resource,
}


def _arn(context: Context, name: str) -> str:
    return managed_policy_arn(name) if name in MANAGED_POLICIES else policy_arn(context.house.account_id, name)


def _touches_policy(context: Context, request: Any) -> Touched:
    return Touched([Resource(arn=_arn(context, request.policy_name), type="policy")])


def _touches_attachment(context: Context, request: Any) -> Touched:
    """Both what is attached and what to: a policy may say who may attach what."""
    (policy,) = _touches_policy(context, request).resources
    return Touched([policy, _RESOURCES[request.target_type](context, request.target_name)])


@handles("PutPolicy", touches=_touches_policy)
def put_policy(context: Context, request: shapes.PutPolicyRequest) -> shapes.PutPolicyResponse:
    """Decides from the next second on, for everybody whom it is attached to."""
    name = check_name("policy", request.policy_name, POLICY_NAME)
    if name in MANAGED_POLICIES:
        raise Conflict(
            f"{name} comes with Greenroom and stays as it is. Take another name.",
            code="MANAGED_POLICY",
            resourceId=name,
        )
    try:
        parse_policy(request.document, name=name)
    except PolicyError as error:
        raise Invalid(f"document: {error}.", code="MALFORMED_POLICY_DOCUMENT") from error
    before = people.policy(context.connection, name, for_update=True)
    who = context.principal.principal_id
    if before is None:
        after = CustomerPolicy(
            policy_name=name,
            document=request.document,
            created_at=context.now,
            updated_at=context.now,
            updated_by=who,
        )
        people.insert_policy(context.connection, after)
    else:
        after = replace(before, document=request.document, updated_at=context.now, updated_by=who)
        people.save_policy(context.connection, before, after)
    return shapes.PutPolicyResponse(policy=_shape(context, name, after))


@handles("ListPolicies", touches=touches_none)
def list_policies(context: Context, _request: shapes.ListPoliciesRequest) -> shapes.ListPoliciesResponse:
    """Managed ones first."""
    own = people.every_policy(context.connection)
    shown = [*((name, None) for name in MANAGED_POLICIES), *((policy.policy_name, policy) for policy in own)]
    return shapes.ListPoliciesResponse(policies=[_shape(context, name, policy) for name, policy in shown])


@handles("GetPolicy", touches=_touches_policy)
def get_policy(context: Context, request: shapes.GetPolicyRequest) -> shapes.GetPolicyResponse:
    """One policy with its document."""
    name = request.policy_name
    own = _find(context, name)
    shape = _shape(context, name, own)
    shape.document = own.document if own else managed_policy(name).text
    shape.attached_to = [_target(context, each) for each in people.attachments_of(context.connection, name)]
    return shapes.GetPolicyResponse(policy=shape)


@handles("DeletePolicy", touches=_touches_policy)
def delete_policy(context: Context, request: shapes.DeletePolicyRequest) -> shapes.DeletePolicyResponse:
    """One that is attached stays: who loses a Deny by it should be known first."""
    name = request.policy_name
    if _find(context, name) is None:
        raise Conflict(f"{name} comes with Greenroom and stays.", code="MANAGED_POLICY", resourceId=name)
    if attached := people.attachments_of(context.connection, name):
        to = ", ".join(_target(context, each) for each in attached[:5])
        raise Conflict(
            f"The policy {name} is attached to {to}. Detach it first.", code="POLICY_ATTACHED", resourceId=name
        )
    people.delete_policy(context.connection, name)
    return shapes.DeletePolicyResponse()


@handles("AttachPolicy", touches=_touches_attachment)
def attach_policy(context: Context, request: shapes.AttachPolicyRequest) -> shapes.AttachPolicyResponse:
    """It decides for the user, the group or the role too."""
    people.attach(context.connection, _attachment(context, request))
    return shapes.AttachPolicyResponse()


@handles("DetachPolicy", touches=_touches_attachment)
def detach_policy(context: Context, request: shapes.DetachPolicyRequest) -> shapes.DetachPolicyResponse:
    """It decides for them no longer."""
    people.detach(context.connection, _attachment(context, request))
    return shapes.DetachPolicyResponse()


@handles("SimulatePolicy", touches=touches_user)
def simulate_policy(context: Context, request: shapes.SimulatePolicyRequest) -> shapes.SimulatePolicyResponse:
    """What the person's policies would say, statement by statement; nothing is done."""
    user = find_user(context, request.user_name)
    attached = people.policies_for(context.connection, user.principal_id)
    principal = Principal(
        principal_id=user.principal_id,
        user_name=user.user_name,
        account_id=context.house.account_id,
        arn=user_arn(context.house.account_id, user.user_name),
        administrator=user.administrator,
        policies=policy_set(user.administrator, tuple(attached)),
    )
    explanation = simulate(
        principal, request.action, request.resource or "*", request.condition_keys or {}, now=context.now
    )
    return shapes.SimulatePolicyResponse(
        decision=explanation.decision.reason,
        statements=[_explained(each) for each in explanation.statements],
    )


def _explained(each: StatementExplanation) -> shapes.StatementExplanation:
    failed = [condition for condition in each.conditions if not condition.holds]
    if not each.action_matches:
        verdict = shapes.StatementVerdict.OTHER_ACTION
    elif not each.resource_matches:
        verdict = shapes.StatementVerdict.OTHER_RESOURCE
    else:
        verdict = shapes.StatementVerdict.CONDITION_FAILS if failed else shapes.StatementVerdict.APPLIES
    return shapes.StatementExplanation(
        effect=each.effect.value,
        failed_conditions=[
            f"{condition.operator} {condition.key}: wants {', '.join(condition.policy_values)}; "
            f"the request has {', '.join(condition.request_values) or 'none'}"
            for condition in failed
        ],
        statement=str(each.statement),
        verdict=verdict,
    )


def _find(context: Context, name: str) -> CustomerPolicy | None:
    """The studio's own policy; None for one that comes with Greenroom. Raises NotFound."""
    own = people.policy(context.connection, name)
    if own is None and name not in MANAGED_POLICIES:
        raise NotFound("policy", name)
    return own


def _attachment(context: Context, request: shapes.AttachPolicyRequest | shapes.DetachPolicyRequest) -> PolicyAttachment:
    _find(context, request.policy_name)
    if request.target_type is shapes.AttachmentTarget.USER:
        kind, target = TargetType.USER, find_user(context, request.target_name).principal_id
    elif request.target_type is shapes.AttachmentTarget.ROLE:
        kind, target = TargetType.ROLE, find_role(context, request.target_name).role_name
    else:
        kind, target = TargetType.GROUP, find_group(context, request.target_name).group_name
    return PolicyAttachment(policy_name=request.policy_name, target_type=kind, target_id=target)


def _target(context: Context, attachment: PolicyAttachment) -> str:
    name = attachment.target_id
    if attachment.target_type is TargetType.USER:
        user = studios.user(context.connection, name)
        name = user.user_name if user else name
    return f"{attachment.target_type}/{name}"


def _shape(context: Context, name: str, own: CustomerPolicy | None) -> shapes.AccessPolicy:
    return shapes.AccessPolicy(
        arn=_arn(context, name),
        origin=shapes.PolicyOrigin.CUSTOMER if own else shapes.PolicyOrigin.MANAGED,
        policy_name=name,
        updated_at=own.updated_at if own else None,
        updated_by=own.updated_by if own else None,
    )
