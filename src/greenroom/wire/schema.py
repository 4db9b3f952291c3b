"""The declarations of the shapes, read back as data: what the codec, the service model and OpenAPI are derived from."""

import types
import typing
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Annotated, Any

import msgspec

from greenroom.wire.shapes.base import Shape, UnionShape
from greenroom.wire.traits import Binding, Integer, ListOf, Location, MapOf, Moment, Text


@dataclass(frozen=True, slots=True)
class Enumeration:
    """A string out of a fixed set."""

    name: str
    type: type[StrEnum]
    documentation: str


@dataclass(frozen=True, slots=True)
class ListSchema:
    """A list and the schema of its elements."""

    trait: ListOf
    element: "Schema"

    @property
    def name(self) -> str:
        """The shape's name."""
        return self.trait.name


@dataclass(frozen=True, slots=True)
class MapSchema:
    """A map and the schemas of its keys and values."""

    trait: MapOf
    key: Text
    value: Text

    @property
    def name(self) -> str:
        """The shape's name."""
        return self.trait.name


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a structure: `attribute` in Python, `name` in JSON, `location_name` outside the body."""

    attribute: str
    name: str
    schema: "Schema"
    required: bool
    location: Location = Location.BODY
    location_name: str = ""
    idempotency_token: bool = False


@dataclass(frozen=True, slots=True)
class Structure:
    """A structure, its members in the order of declaration."""

    type: type[Shape]
    members: tuple[Member, ...]

    @property
    def name(self) -> str:
        """The shape's name."""
        return self.type.__name__

    @property
    def documentation(self) -> str:
        """The shape's meaning, in one sentence."""
        return (self.type.__doc__ or "").strip()

    @property
    def is_union(self) -> bool:
        """Whether exactly one member is set."""
        return issubclass(self.type, UnionShape)

    def members_at(self, location: Location) -> tuple[Member, ...]:
        """The members that travel there."""
        return tuple(member for member in self.members if member.location is location)

    def member(self, name: str) -> Member | None:
        """The member of that name on the wire."""
        return next((member for member in self.members if member.name == name), None)


Schema = Text | Integer | Moment | Enumeration | ListSchema | MapSchema | Structure


@cache
def structure_of(shape: type[Shape]) -> Structure:
    """The schema of a shape. Raises TypeError where a member's type is not declared as the wire needs it."""
    hints = typing.get_type_hints(shape, include_extras=True)
    return Structure(shape, tuple(_member(shape, field, hints[field.name]) for field in msgspec.structs.fields(shape)))


def _member(shape: type[Shape], field: msgspec.structs.FieldInfo, hint: Any) -> Member:
    hint, optional = _without_none(hint)
    try:
        schema = _schema(hint)
    except TypeError as error:
        raise TypeError(f"{shape.__name__}.{field.name}: {error}") from None
    binding = next((extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Binding)), None)
    name = field.encode_name
    if binding is None:
        return Member(field.name, name, schema, required=not optional)
    return Member(
        field.name,
        name,
        schema,
        required=not optional,
        location=binding.location,
        location_name=binding.name or name,
        idempotency_token=binding.idempotency_token,
    )


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return hint, False
    (inner,) = (argument for argument in typing.get_args(hint) if argument is not type(None))
    return inner, True


def _schema(hint: Any) -> Schema:
    if isinstance(hint, type) and issubclass(hint, Shape):
        return structure_of(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Enumeration(hint.__name__, hint, (hint.__doc__ or "").strip())
    if typing.get_origin(hint) is not Annotated:
        raise TypeError(f"{hint!r} is neither a shape nor annotated with a trait")
    base = typing.get_args(hint)[0]
    for trait in hint.__metadata__:
        if isinstance(trait, Text | Integer | Moment):
            return trait
        if isinstance(trait, ListOf):
            return ListSchema(trait, _schema(typing.get_args(base)[0]))
        if isinstance(trait, MapOf):
            key, value = (_schema(argument) for argument in typing.get_args(base))
            if isinstance(key, Text) and isinstance(value, Text):
                return MapSchema(trait, key, value)
            raise TypeError("a map goes from strings to strings")
    # A bound enumeration or structure carries its binding alone.
    return _schema(base)
