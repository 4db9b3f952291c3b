"""Records of any content that their table can hold, made from their types."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from sqlalchemy import BigInteger, Table

Record = TypeVar("Record")

LONGEST = 12
"""Characters in a text: the width of the narrowest column."""

# PostgreSQL takes no U+0000 in texts, and half a surrogate pair is no text at all.
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=LONGEST)
MOMENTS = st.datetimes(
    datetime(1999, 1, 1),  # noqa: DTZ001  bounds are naive by hypothesis's rule
    datetime(2199, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-8))]),
)
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
SIMPLE: Mapping[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    bool: st.booleans(),
    bytes: st.binary(max_size=64),
    datetime: MOMENTS,
    timedelta: st.integers(0, 43200 * 60).map(lambda seconds: timedelta(seconds=seconds)),
    Any: DOCUMENTS,
    NoneType: st.none(),
}


WHOLE_NUMBERS = st.integers(0, 2**31 - 1)
LARGE_NUMBERS = st.integers(0, 2**63 - 1)


def records_of(kind: type[Record], table: Table) -> st.SearchStrategy[Record]:
    """Records of that kind, whose numbers are as large as their columns take."""
    large = {column.name for column in table.columns if isinstance(column.type, BigInteger)}
    return _dataclasses(kind, large)


def _dataclasses(kind: type[Any], large: Collection[str]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    members = {
        member.name: _of(hints[member.name], LARGE_NUMBERS if member.name in large else WHOLE_NUMBERS)
        for member in fields(kind)
    }
    return st.builds(kind, **members)


def _of(hint: Any, numbers: st.SearchStrategy[int] = WHOLE_NUMBERS) -> st.SearchStrategy[Any]:
    origin, parts = get_origin(hint), get_args(hint)
    if hint is int:
        return numbers
    if hint in SIMPLE:
        return SIMPLE[hint]
    if origin is UnionType:
        return st.one_of([_of(part, numbers) for part in parts])
    if origin is Sequence:
        return st.lists(_of(parts[0]), max_size=3)
    if origin is Mapping:
        return st.dictionaries(TEXT, _of(parts[1]), max_size=3)
    if issubclass(hint, StrEnum):
        return st.sampled_from(hint)
    assert is_dataclass(hint), f"no strategy for {hint}"
    return _dataclasses(cast(type[Any], hint), ())
