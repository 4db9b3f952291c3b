"""What every shape is."""

from typing import Any, dataclass_transform

import msgspec


class ShapeMeta(msgspec.StructMeta):
    """Makes the members of every shape keyword-only: msgspec's own setting does not reach subclasses."""

    def __new__(mcls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **config: Any) -> "ShapeMeta":
        config.setdefault("kw_only", True)
        return super().__new__(mcls, name, bases, namespace, **config)


@dataclass_transform(kw_only_default=True, field_specifiers=(msgspec.field,))
class Shape(msgspec.Struct, metaclass=ShapeMeta, rename="camel", omit_defaults=True):
    """A structure of the API. Members that are None are absent on the wire; empty lists and maps are there."""


class UnionShape(Shape):
    """A structure of which exactly one member is set."""
