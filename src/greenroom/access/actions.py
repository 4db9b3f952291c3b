"""Every action that a policy may name: its level, the resources it acts on, the condition keys it fills.

The Nimble actions are those of the service authorization reference for Amazon Nimble Studio, complete: the
49 operations and two that only policies know. Greenroom's own actions (`greenroom:…`) are registered by the
modules that carry them out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType


class Level(Enum):
    """Access levels; the original has no level List."""

    READ = "Read"
    WRITE = "Write"
    TAGGING = "Tagging"


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A kind of resource, named as in its ARN: arn:aws:nimble:REGION:ACCOUNT:<name>/<id>."""

    name: str
    condition_keys: frozenset[str] = frozenset()
    """Keys that conditions on such a resource may look at."""

    @property
    def own_keys(self) -> frozenset[str]:
        """Those that the resource itself fills, in lower case: a request can never set them for it."""
        return frozenset(key.lower() for key in self.condition_keys if key.startswith("nimble:"))


@dataclass(frozen=True, slots=True)
class Action:
    """One action; a resource type maps to whether a call always names such a resource."""

    name: str
    level: Level
    resource_types: Mapping[str, bool]
    condition_keys: frozenset[str] = frozenset()
    """Keys that a request fills, beside the global ones; `aws:RequestTag/${TagKey}` stands for any tag."""
    dependent_actions: tuple[str, ...] = ()
    """Actions that the caller must be allowed too, of those that this service has."""
    permission_only: bool = False
    """Known to policies, without an operation of the API."""


_TAGS = frozenset({"aws:RequestTag/${TagKey}", "aws:ResourceTag/${TagKey}", "aws:TagKeys"})
_STUDIO_TAGS = _TAGS | {"nimble:studioId"}

_resource_types: dict[str, ResourceType] = {
    resource_type.name: resource_type
    for resource_type in (
        ResourceType("studio", _STUDIO_TAGS),
        ResourceType("streaming-image", _STUDIO_TAGS),
        ResourceType("studio-component", _STUDIO_TAGS),
        ResourceType("launch-profile", _STUDIO_TAGS),
        ResourceType("streaming-session", _TAGS | {"nimble:createdBy", "nimble:ownedBy"}),
        ResourceType("streaming-session-backup", _TAGS | {"nimble:ownedBy"}),
        ResourceType("eula"),
        ResourceType("eula-acceptance", frozenset({"nimble:studioId"})),
    )
}

_TAGGABLE = {
    "launch-profile": False,
    "streaming-image": False,
    "streaming-session": False,
    "streaming-session-backup": False,
    "studio": False,
    "studio-component": False,
}
_CREATE_TAGS = ("aws:TagKeys", "aws:RequestTag/${TagKey}")
_REQUESTER = ("nimble:requesterPrincipalId",)


def _nimble(
    name: str,
    level: Level,
    resource_types: Mapping[str, bool] | str,
    keys: tuple[str, ...] = (),
    dependent: tuple[str, ...] = (),
    *,
    permission_only: bool = False,
) -> Action:
    """A row of the table; a resource type alone is one that every call names."""
    types = {resource_types: True} if isinstance(resource_types, str) else dict(resource_types)
    return Action(
        name=f"nimble:{name}",
        level=level,
        resource_types=MappingProxyType(types),
        condition_keys=frozenset(keys),
        dependent_actions=tuple(f"nimble:{action}" for action in dependent),
        permission_only=permission_only,
    )


_R, _W, _T = Level.READ, Level.WRITE, Level.TAGGING

_NIMBLE = (
    _nimble("AcceptEulas", _W, "eula"),
    _nimble("CreateLaunchProfile", _W, "studio", _CREATE_TAGS),
    _nimble("CreateStreamingImage", _W, "studio", _CREATE_TAGS),
    _nimble(
        "CreateStreamingSession",
        _W,
        "launch-profile",
        _CREATE_TAGS,
        ("GetLaunchProfile", "GetLaunchProfileInitialization", "ListEulaAcceptances"),
    ),
    _nimble("CreateStreamingSessionStream", _W, "streaming-session", _REQUESTER),
    _nimble("CreateStudio", _W, "studio", _CREATE_TAGS),
    _nimble("CreateStudioComponent", _W, "studio", _CREATE_TAGS),
    _nimble("DeleteLaunchProfile", _W, "launch-profile"),
    _nimble("DeleteLaunchProfileMember", _W, "launch-profile"),
    _nimble("DeleteStreamingImage", _W, "streaming-image"),
    _nimble("DeleteStreamingSession", _W, "streaming-session", _REQUESTER),
    _nimble("DeleteStudio", _W, "studio"),
    _nimble("DeleteStudioComponent", _W, "studio-component"),
    _nimble("DeleteStudioMember", _W, "studio"),
    _nimble("GetEula", _R, "eula"),
    _nimble("GetFeatureMap", _R, {}, permission_only=True),
    _nimble("GetLaunchProfile", _R, "launch-profile"),
    _nimble("GetLaunchProfileDetails", _R, "launch-profile"),
    _nimble("GetLaunchProfileInitialization", _R, "launch-profile"),
    _nimble("GetLaunchProfileMember", _R, "launch-profile"),
    _nimble("GetStreamingImage", _R, "streaming-image"),
    _nimble("GetStreamingSession", _R, "streaming-session", _REQUESTER),
    _nimble("GetStreamingSessionBackup", _R, "streaming-session-backup", _REQUESTER),
    _nimble("GetStreamingSessionStream", _R, "streaming-session", _REQUESTER),
    _nimble("GetStudio", _R, "studio"),
    _nimble("GetStudioComponent", _R, "studio-component"),
    _nimble("GetStudioMember", _R, "studio"),
    _nimble("ListEulaAcceptances", _R, "eula-acceptance"),
    _nimble("ListEulas", _R, "eula"),
    _nimble("ListLaunchProfileMembers", _R, "launch-profile"),
    _nimble("ListLaunchProfiles", _R, "studio", ("nimble:principalId", *_REQUESTER)),
    _nimble("ListStreamingImages", _R, "studio"),
    # The reference gives this row no nimble:ownedBy, yet the managed policies rest on it: the key is filled.
    _nimble("ListStreamingSessionBackups", _R, "studio", ("nimble:ownedBy", *_REQUESTER)),
    _nimble("ListStreamingSessions", _R, "studio", ("nimble:createdBy", "nimble:ownedBy", *_REQUESTER)),
    _nimble("ListStudioComponents", _R, "studio"),
    _nimble("ListStudioMembers", _R, "studio"),
    _nimble("ListStudios", _R, {}),
    _nimble("ListTagsForResource", _R, _TAGGABLE),
    _nimble("PutLaunchProfileMembers", _W, "launch-profile"),
    _nimble("PutStudioLogEvents", _W, "studio", permission_only=True),
    _nimble("PutStudioMembers", _W, "studio"),
    _nimble(
        "StartStreamingSession",
        _W,
        {"streaming-session": True, "streaming-session-backup": False},
        _REQUESTER,
        ("GetLaunchProfile", "GetLaunchProfileMember"),
    ),
    _nimble("StartStudioSSOConfigurationRepair", _W, "studio"),
    _nimble("StopStreamingSession", _W, "streaming-session", _REQUESTER, ("GetLaunchProfile",)),
    _nimble("TagResource", _T, _TAGGABLE, (*_CREATE_TAGS, "aws:ResourceTag/${TagKey}")),
    _nimble("UntagResource", _T, _TAGGABLE, ("aws:TagKeys",)),
    _nimble("UpdateLaunchProfile", _W, "launch-profile"),
    _nimble("UpdateLaunchProfileMember", _W, "launch-profile"),
    _nimble("UpdateStreamingImage", _W, "streaming-image"),
    _nimble("UpdateStudio", _W, "studio"),
    _nimble("UpdateStudioComponent", _W, "studio-component"),
)

_actions: dict[str, Action] = {action.name.lower(): action for action in _NIMBLE}


def all_actions() -> tuple[Action, ...]:
    """Every registered action, Nimble's first, then in the order of registration."""
    return tuple(_actions.values())


def is_known(name: str) -> bool:
    """Whether an action of this name, in any case, is registered."""
    return name.lower() in _actions


def find(name: str) -> Action:
    """The action of this name, in any case. Raises KeyError for one that is not registered."""
    try:
        return _actions[name.lower()]
    except KeyError:
        raise KeyError(f"no action {name!r} is registered") from None


def resource_type(name: str) -> ResourceType:
    """The resource type of this name. Raises KeyError."""
    return _resource_types[name]


def all_resource_types() -> tuple[ResourceType, ...]:
    return tuple(_resource_types.values())


def register(action: Action) -> Action:
    """Add an action of Greenroom's own, at import of the module that carries it out; returns it.

    Registering the same action again changes nothing. Raises ValueError for another of the same name, for
    a name outside `greenroom:` and `sts:`, and for a resource type that is not registered.
    """
    service = action.name.partition(":")[0]
    if service not in ("greenroom", "sts"):
        raise ValueError(f"{action.name!r}: actions of this service begin with greenroom: or sts:")
    if unknown := set(action.resource_types) - set(_resource_types):
        raise ValueError(f"{action.name!r} acts on unregistered resource types: {', '.join(sorted(unknown))}")
    if _actions.setdefault(action.name.lower(), action) != action:
        raise ValueError(f"{action.name!r} is registered already, as something else")
    return action


def register_resource_type(added: ResourceType) -> ResourceType:
    """Add a kind of resource of Greenroom's own; returns it. Raises ValueError for another of the same name."""
    if _resource_types.setdefault(added.name, added) != added:
        raise ValueError(f"the resource type {added.name!r} is registered already, as something else")
    return added
