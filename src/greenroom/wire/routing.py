"""From a method and a raw path to an operation and its labels."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from greenroom.wire.operations import Operation


@dataclass(frozen=True, slots=True)
class Match:
    """The operation that a path means, and the decoded values of the path's labels."""

    operation: Operation
    labels: dict[str, str]


@dataclass(slots=True)
class _Node:
    literals: dict[str, "_Node"] = field(default_factory=dict)
    label: "_Node | None" = None
    operation: Operation | None = None
    label_names: tuple[str, ...] = ()


class Router:
    """A tree of path segments a method. A literal segment goes before a label, and there is no way back from it."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        """Raises ValueError where two operations have the same method and path."""
        self._roots: dict[str, _Node] = {}
        for operation in operations:
            self._add(operation)

    def match(self, method: str, raw_path: bytes) -> Match | None:
        """The operation, or None. `raw_path` is the path as it was sent, without the query.

        Segments are split before they are decoded, so that an encoded slash or colon stays part of an id or ARN. An
        empty segment matches a label: the codec then says which id is empty. Bytes that are no UTF-8 become U+FFFD.
        """
        node = self._roots.get(method)
        if node is None or not raw_path.startswith(b"/"):
            return None
        values: list[str] = []
        for raw in raw_path[1:].split(b"/"):
            segment = (unquote_to_bytes(raw) if b"%" in raw else raw).decode("utf-8", "replace")
            following = node.literals.get(segment)
            if following is None:
                following = node.label
                if following is None:
                    return None
                values.append(segment)
            node = following
        if node.operation is None:
            return None
        return Match(node.operation, dict(zip(node.label_names, values, strict=True)))

    def _add(self, operation: Operation) -> None:
        node = self._roots.setdefault(operation.method, _Node())
        names: list[str] = []
        for segment in operation.uri[1:].split("/"):
            if segment.startswith("{"):
                names.append(segment[1:-1])
                if node.label is None:
                    node.label = _Node()
                node = node.label
            else:
                node = node.literals.setdefault(segment, _Node())
        if node.operation is not None:
            raise ValueError(f"{operation.name} and {node.operation.name} have the same method and path")
        node.operation = operation
        node.label_names = tuple(names)


def parse_query(query_string: bytes) -> list[tuple[str, str]]:
    """The parameters of a raw query string, in order, repeated ones too; a plus is a plus, as in a signature.

    Bytes that are no UTF-8 become U+FFFD.
    """
    parameters: list[tuple[str, str]] = []
    for pair in query_string.split(b"&"):
        if pair:
            key, _, value = pair.partition(b"=")
            parameters.append((_text(key), _text(value)))
    return parameters


def _text(raw: bytes) -> str:
    return (unquote_to_bytes(raw) if b"%" in raw else raw).decode("utf-8", "replace")


def header_map(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    """Headers by lower-case name, as the codec takes them; values of a repeated header are joined by commas.

    Values are read as UTF-8, as the SDKs write them, and as Latin-1 where they are not.
    """
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), _header_text(raw_value.strip())
        joined[name] = f"{joined[name]},{value}" if name in joined else value
    return joined


def _header_text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")
