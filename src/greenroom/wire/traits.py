"""What a shape declares beyond its Python type: its name, its constraints, where a member travels in a request.

A trait is metadata of an `Annotated` type: `LaunchProfileName = Annotated[str, Text("LaunchProfileName", ...)]`. The
name is the shape's name in the service model.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Text:
    """A string. Lengths are in code points, both ends included; the pattern is searched for, not anchored."""

    name: str
    min_length: int | None = None
    max_length: int | None = None
    pattern: str | None = None
    sensitive: bool = False
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number in a range, both ends included. `default` is what its absence means, where it means a number."""

    name: str
    minimum: int
    maximum: int
    default: int | None = None
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time: a timezone-aware datetime, ISO 8601 in UTC on the wire."""

    name: str
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list; the bounds are numbers of elements, both included."""

    name: str
    min_items: int | None = None
    max_items: int | None = None
    sensitive: bool = False
    documentation: str = ""


@dataclass(frozen=True, slots=True)
class MapOf:
    """A map from strings to strings."""

    name: str
    documentation: str = ""


class Location(StrEnum):
    """Where a member travels; the values are the service model's words."""

    LABEL = "uri"
    QUERY = "querystring"
    HEADER = "header"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Binding:
    """A member that is not in the body. Without a name it has the member's own."""

    location: Location
    name: str | None = None
    idempotency_token: bool = False


Label = Annotated[T, Binding(Location.LABEL)]
"""A segment of the path."""
Query = Annotated[T, Binding(Location.QUERY)]
"""A query parameter; a list is one that may be repeated."""
