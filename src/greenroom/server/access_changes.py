"""Calls that change who may do what, after which nothing goes on by what was true before.

What was looked up a moment ago is forgotten, streams of desktops are looked at anew, and streams of events end: whoever
still may comes back to those by a call of their own.
"""

from collections.abc import Callable

from greenroom.wire.operations import Operation
from greenroom.wire.people import PEOPLE
from greenroom.wire.roles import ROLES

CHANGING = frozenset(operation.name for operation in (*PEOPLE, *ROLES) if not operation.read_only) | {
    "ChangePassword",
    "DeleteStudioMember",
    "PutStudioMembers",
}


class AccessChanges:
    """Tells those who remember. Everything happens in the event loop, once the call is committed."""

    def __init__(self) -> None:
        self._then: list[Callable[[], None]] = []

    def then(self, *callbacks: Callable[[], None]) -> None:
        """Call these at each change; they are quick and thread-safe towards whatever else they serve."""
        self._then += callbacks

    def answered(self, operation: Operation, *, refused: bool) -> None:
        """That call was answered."""
        if operation.name in CHANGING and not refused:
            self.tell()

    def tell(self) -> None:
        """Something changed."""
        for callback in self._then:
            callback()
