"""Calls that change who may do what, after which nothing goes on by what was true before.

What was looked up a moment ago is forgotten, streams of desktops are looked at anew, and streams of events end: whoever
still may comes back to those by a call of their own. Calls that end streams of desktops have these alone looked at.
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


ENDING_STREAMS = frozenset({"RevokeStreamingSessionStream"})


class AccessChanges:
    """Tells those who remember. Everything happens in the event loop, once the call is committed."""

    def __init__(self) -> None:
        self._then: list[Callable[[], None]] = []
        self._of_streams: list[Callable[[], None]] = []

    def then(self, *callbacks: Callable[[], None]) -> None:
        """Call these at each change; they are quick and thread-safe towards whatever else they serve."""
        self._then += callbacks

    def then_streams(self, callback: Callable[[], None]) -> None:
        """Call this at each change, and also where streams of desktops alone were ended."""
        self._of_streams.append(callback)

    def answered(self, operation: Operation, *, refused: bool) -> None:
        """That call was answered."""
        if refused:
            return
        if operation.name in CHANGING:
            self.tell()
        elif operation.name in ENDING_STREAMS:
            for callback in self._of_streams:
                callback()

    def tell(self) -> None:
        """Something changed."""
        for callback in (*self._then, *self._of_streams):
            callback()
