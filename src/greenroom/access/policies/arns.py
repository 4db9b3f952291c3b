"""Patterns of ARNs, as the Resource element and as the Arn* condition operators read them."""

from collections.abc import Sequence

from greenroom.access.policies.match import Joker, Wildcard
from greenroom.access.policies.variables import Part, RequestValues, Variable, constant, resolve

SEGMENTS = 6
"""arn : partition : service : region : account : resource, and the resource may hold more colons."""

_WITHIN = {Joker.ANY: Joker.ANY_WITHIN, Joker.ONE: Joker.ONE_WITHIN}


class ArnPatternError(ValueError):
    """Not a pattern of ARNs; the text says why."""


class ArnPattern:
    """A pattern of ARNs that may hold variables."""

    __slots__ = ("_fixed", "_parts")

    def __init__(self, parts: Sequence[Part]) -> None:
        tokens = constant(parts)
        self._parts = tuple(parts)
        self._fixed = None if tokens is None else Wildcard(tokens)

    @property
    def prefix(self) -> str:
        """The literal text that every match begins with, whatever the request is."""
        if self._fixed is not None:
            return self._fixed.prefix
        literal = ""
        for part in self._parts:
            if not isinstance(part, str):
                break
            literal += part
        return literal

    def bind(self, keys: RequestValues) -> Wildcard | None:
        """The pattern for one request; None where a variable has no value."""
        if self._fixed is not None:
            return self._fixed
        tokens = resolve(self._parts, keys)
        return None if tokens is None else Wildcard(tokens)


def resource_pattern(parts: Sequence[Part]) -> ArnPattern:
    """A pattern of the Resource element.

    Wildcards stay within their segment, but a `*` that ends one may run on into the next; segments that are
    missing at the end are `*`; variables stand in the last segment only.
    Source: IAM user guide, elements: Resource. Raises ArnPatternError.
    """
    if tuple(parts) == (Joker.ANY,):
        return ArnPattern(parts)
    segments = _segments(parts)
    if segments[0] != ["arn"]:
        raise ArnPatternError("a resource is * or an ARN: arn:partition:service:region:account:resource")
    if any(isinstance(part, Variable) for segment in segments[: SEGMENTS - 1] for part in segment):
        raise ArnPatternError("a variable stands only in the last part of a resource's ARN, after the fifth colon")
    if len(segments) < SEGMENTS and any(isinstance(part, str) and "/" in part for part in segments[-1]):
        raise ArnPatternError(
            f"a part is missing before the resource: there are {len(segments)} between colons and an ARN has"
            f" {SEGMENTS}, arn:partition:service:region:account:resource"
        )
    segments.extend([Joker.ANY] for _ in range(SEGMENTS - len(segments)))
    return ArnPattern(_joined(segments, spanning=True))


def condition_pattern(parts: Sequence[Part]) -> ArnPattern:
    """A pattern of the Arn* operators: each of the six segments is matched on its own.

    `*` alone, and a variable that holds a whole ARN, are patterns too.
    Source: IAM user guide, condition operators: ARN. Raises ArnPatternError.
    """
    segments = _segments(parts)
    if len(segments) == 1 and (tuple(parts) == (Joker.ANY,) or any(isinstance(part, Variable) for part in parts)):
        return ArnPattern(parts)
    if len(segments) < SEGMENTS:
        raise ArnPatternError("an ARN has six parts between colons: arn:partition:service:region:account:resource")
    return ArnPattern(_joined(segments, spanning=False))


def _segments(parts: Sequence[Part]) -> list[list[Part]]:
    """`parts` split at the first five colons of their literal text; a colon in a value splits nothing."""
    segments: list[list[Part]] = [[]]
    for part in parts:
        if not isinstance(part, str):
            segments[-1].append(part)
            continue
        first, *others = part.split(":", SEGMENTS - len(segments))
        if first:
            segments[-1].append(first)
        segments.extend([other] if other else [] for other in others)
    return segments


def _joined(segments: list[list[Part]], *, spanning: bool) -> tuple[Part, ...]:
    """The segments put together again, with the jokers of all but the last kept from crossing colons."""
    joined: list[Part] = []
    for number, segment in enumerate(segments):
        if number:
            joined.append(":")
        last_segment = number == SEGMENTS - 1
        for place, part in enumerate(segment):
            may_cross = last_segment or (spanning and part is Joker.ANY and place == len(segment) - 1)
            if isinstance(part, Joker) and not may_cross:
                joined.append(_WITHIN[part])
            else:
                joined.append(part)
    return tuple(_merged(joined))


def _merged(parts: list[Part]) -> list[Part]:
    merged: list[Part] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return merged
