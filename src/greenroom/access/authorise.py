"""May this principal do this, to these resources?

**Absent and forbidden look alike.** An operation on one resource authorises before it says whether the
resource exists: for one that does not, it passes a `Resource` with its ARN, its type, and `nimble:studioId` as the
request names it. Whoever may act on what is theirs only is refused then with the very sentence that another's
resource gets, in the same number of steps; whoever may act on all is let through and then told that there is
none. So that the sentence gives nothing away, it is chosen by what the caller could know: the decision that an
absent resource gets. The true decision is in `AccessDenied.decision`, for the audit.

**Members of a launch profile** may use it without a policy that says so: the service itself grants them
`MEMBER_ACTIONS` on it. They create sessions for themselves only, and an explicit Deny still wins.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from greenroom.access import actions
from greenroom.access.policies import AccessRequest, Decision, Explanation, MatchedStatement, decide, explain
from greenroom.access.principals import Principal

Keys = Mapping[str, str | Sequence[str]]

MEMBER_ACTIONS = frozenset(
    {
        "nimble:CreateStreamingSession",
        "nimble:GetLaunchProfile",
        "nimble:GetLaunchProfileDetails",
        "nimble:GetLaunchProfileInitialization",
        "nimble:GetLaunchProfileMember",
        "nimble:ListLaunchProfileMembers",
    }
)
"""What membership of a launch profile grants on it."""

_RESOURCE_TAG = "aws:resourcetag/"


@dataclass(frozen=True, slots=True)
class Resource:
    """What an action is done to.

    `type` is the resource type of the action table; `keys` are what the resource says of itself, such as
    `nimble:ownedBy`, `nimble:createdBy`, `nimble:studioId` and `aws:ResourceTag/<key>`.
    """

    arn: str
    type: str
    keys: Keys = field(default_factory=dict)


class AccessDenied(Exception):  # noqa: N818  the name that the wire gives it: AccessDeniedException
    """The principal may not; the text is what the caller is told, in the original's words."""

    def __init__(self, message: str, *, action: str, resource: str, decision: Decision) -> None:
        super().__init__(message)
        self.message = message
        self.action = action
        self.resource = resource
        """The ARN, or `*`."""
        self.decision = decision
        """The true decision; it may say more than the message does."""


def authorise(
    principal: Principal,
    action: str,
    resources: Sequence[Resource] = (),
    request_keys: Keys | None = None,
    *,
    launch_profile_member: bool = False,
    now: datetime | None = None,
) -> tuple[MatchedStatement, ...]:
    """Let `principal` do `action` to all of `resources`, or raise AccessDenied for the first it may not touch.

    `request_keys` are the keys of the request: its parameters (`nimble:ownedBy` of a list, tags) and what the
    server knows of it (`aws:SourceIp`, `aws:SecureTransport`, …). They never stand in for a key of the principal or
    of a resource, whatever they hold. `launch_profile_member` says that the principal is a member of the launch
    profile among `resources`. `now` is the time that conditions see, by default the clock's.

    Returns the statements that allowed it, one a resource, fewer where membership did: for the audit.
    Raises KeyError for an action that is not registered and ValueError for resources that the action does not
    act on: both are defects of the caller, not of the request.
    """
    known = actions.find(action)
    _check_resources(known, resources)
    given = request_keys or {}
    base = _base_keys(principal, given, now or datetime.now(UTC))
    allowed: list[MatchedStatement] = []
    for resource in resources or (Resource("*", ""),):
        decision = _decide(principal, AccessRequest(known.name, resource.arn, _keys_for(resource, base)))
        if decision.allowed:
            allowed.extend(decision.statements)
            continue
        if decision.reason == "implicitDeny" and launch_profile_member and _member_may(known, base):
            continue
        raise _denied(principal, known.name, resource, base, decision)
    return tuple(allowed)


def _decide(principal: Principal, request: AccessRequest) -> Decision:
    """By the principal's policies, and by those of the session where it has some: both must allow it."""
    decision = decide(principal.policies, request)
    if principal.session_policies is None or decision.reason == "explicitDeny":
        return decision
    within = decide(principal.session_policies, request)
    return decision if within.allowed else within


def simulate(
    principal: Principal, action: str, resource: str, keys: Keys, *, now: datetime | None = None
) -> Explanation:
    """What `principal`'s policies say to `action` on the ARN `resource`, statement by statement.

    `keys` are all that the request and the resource would fill; those of the principal are its own.
    """
    base = _base_keys(principal, keys, now or datetime.now(UTC))
    tags = {key.lower(): value for key, value in keys.items() if key.lower().startswith(_RESOURCE_TAG)}
    return explain(principal.policies, AccessRequest(action, resource, base | tags))


def _member_may(action: actions.Action, base: Mapping[str, str | Sequence[str]]) -> bool:
    """Whether membership grants it. All these actions are done to one launch profile, that of the membership."""
    requester = base["nimble:requesterprincipalid"]
    owners = _several(base.get("nimble:ownedby", requester))
    return action.name in MEMBER_ACTIONS and all(owner == requester for owner in owners)


def _check_resources(action: actions.Action, resources: Sequence[Resource]) -> None:
    types = [resource.type for resource in resources]
    if strangers := set(types) - set(action.resource_types):
        raise ValueError(f"{action.name} does not act on {', '.join(sorted(strangers))}")
    missing = [name for name, required in action.resource_types.items() if required and name not in types]
    if missing or (action.resource_types and not types):
        raise ValueError(f"{action.name} needs a resource of type {', '.join(missing or action.resource_types)}")


def _base_keys(principal: Principal, request_keys: Keys, now: datetime) -> dict[str, str | Sequence[str]]:
    """The keys that do not depend on the resource, in lower case, those of the principal over those given."""
    keys: dict[str, str | Sequence[str]] = {}
    for key, value in request_keys.items():
        name = key.lower()
        if name.startswith(("aws:principal", _RESOURCE_TAG)):
            continue
        keys[name] = (*_several(keys[name]), *_several(value)) if name in keys else value
    keys |= {
        "nimble:requesterprincipalid": principal.principal_id,
        "aws:userid": principal.principal_id,
        "aws:principalarn": principal.role_arn or principal.arn,
        "aws:principalaccount": principal.account_id,
        "aws:principaltype": "AssumedRole" if principal.role_arn else "User",
        "aws:principalisawsservice": "false",
        "aws:viaawsservice": "false",
        "aws:currenttime": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:epochtime": str(int(now.timestamp())),
    }
    if principal.user_name:
        keys["aws:username"] = principal.user_name
    else:
        keys.pop("aws:username", None)
    return keys


def _keys_for(resource: Resource, base: Mapping[str, str | Sequence[str]]) -> dict[str, str | Sequence[str]]:
    """`base` with the resource's keys; those that belong to its type come from it or from nowhere."""
    own = actions.resource_type(resource.type).own_keys if resource.type else frozenset()
    keys = {key: value for key, value in base.items() if key not in own}
    for key, value in resource.keys.items():
        name = key.lower()
        again = name in keys and name.startswith(_RESOURCE_TAG)
        keys[name] = (*_several(keys[name]), *_several(value)) if again else value
    return keys


def _several(value: str | Sequence[str]) -> Sequence[str]:
    return (value,) if isinstance(value, str) else value


def _denied(
    principal: Principal,
    action: str,
    resource: Resource,
    base: Mapping[str, str | Sequence[str]],
    decision: Decision,
) -> AccessDenied:
    named = {key: value for key, value in resource.keys.items() if key.lower() == "nimble:studioid"}
    as_absent = _keys_for(Resource(resource.arn, resource.type, named), base)
    absent = _decide(principal, AccessRequest(action, resource.arn, as_absent))
    told = decision if absent.allowed else absent
    because = (
        "with an explicit deny in an identity-based policy"
        if told.reason == "explicitDeny"
        else f"because no identity-based policy allows the {action} action"
    )
    return AccessDenied(
        f"User: {principal.arn} is not authorized to perform: {action} on resource: {resource.arn} {because}",
        action=action,
        resource=resource.arn,
        decision=decision,
    )
