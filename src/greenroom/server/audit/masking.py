"""Requests and answers as the audit may keep them: members that the model marks sensitive are masked."""

from collections.abc import Callable
from functools import cache
from typing import Any

from greenroom.wire.schema import ListSchema, MapSchema, Schema, Structure, structure_of
from greenroom.wire.shapes.base import Shape
from greenroom.wire.traits import Text

MASK = "HIDDEN_DUE_TO_SECURITY_REASONS"
"""What stands in the place of a sensitive value."""
_TOKENS = frozenset({"nextToken"})
"""Not sensitive in the model, but whoever has one reads on from there."""

_Masker = Callable[[Any], Any]


def masked(shape: Shape) -> Any:
    """The shape for `msgspec.json.encode`: itself where it has nothing to hide."""
    masker = _masker_of(type(shape))
    return shape if masker is None else masker(shape)


@cache
def _masker_of(shape: type[Shape]) -> _Masker | None:
    """None where nothing in such a shape is sensitive."""
    maskers = {member.attribute: _masker(member.schema, member.name) for member in structure_of(shape).members}
    if not any(maskers.values()):
        return None
    names = {member.attribute: member.name for member in structure_of(shape).members}

    def mask(value: Any) -> dict[str, Any]:
        result = {}
        for attribute, masker in maskers.items():
            member = getattr(value, attribute)
            if member is not None:
                result[names[attribute]] = member if masker is None else masker(member)
        return result

    return mask


def _masker(schema: Schema, name: str) -> _Masker | None:
    if name in _TOKENS:
        return _hide
    match schema:
        case Text():
            return _hide if schema.sensitive else None
        case ListSchema():
            return _hide if schema.trait.sensitive else _each(_masker(schema.element, ""))
        case MapSchema():
            return _hide if schema.value.sensitive else None
        case Structure():
            return _masker_of(schema.type)
    return None


def _each(masker: _Masker | None) -> _Masker | None:
    return None if masker is None else lambda values: [masker(value) for value in values]


def _hide(_value: Any) -> str:
    return MASK
