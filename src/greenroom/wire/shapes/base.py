"""What every shape is."""

from typing import dataclass_transform

import msgspec


@dataclass_transform(kw_only_default=True, field_specifiers=(msgspec.field,))
class Shape(msgspec.Struct, rename="camel", omit_defaults=True):
    """A structure of the API. Members that are None are absent on the wire; empty lists and maps are there.

    Members are given by keyword. The type checker sees to that; msgspec could too, but only by a setting on each class.
    """


class UnionShape(Shape):
    """A structure of which exactly one member is set."""
