"""What a decision is asked about: an action on a resource, with the keys that conditions look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from greenroom.access.policies.variables import RequestValues


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """One action on one resource.

    `action` is written `service:Name` and is not case-sensitive; `resource` is an ARN, or `*` for actions
    that name none. Keys are not case-sensitive; a key that is given in two spellings has the values of both.
    """

    action: str
    resource: str
    keys: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    values: RequestValues = field(init=False, repr=False, compare=False)
    """The keys in lower case."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", _lowered(self.keys))


def _lowered(keys: Mapping[str, str | Sequence[str]]) -> dict[str, tuple[str, ...]]:
    lowered: dict[str, tuple[str, ...]] = {}
    for key, value in keys.items():
        values = (value,) if isinstance(value, str) else tuple(value)
        name = key.lower()
        lowered[name] = lowered[name] + values if name in lowered else values
    return lowered
