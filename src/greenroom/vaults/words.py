"""What a restic says on standard error while it runs, and for how long it has been trying the same thing again."""

import contextlib
import re
import time
from collections import deque
from dataclasses import dataclass, field

import msgspec

_KEPT_WORDS = 200
_RETRY = re.compile(r"^(\S+\(<[^>]*>\S*).* returned error, retrying after [^:]+: (.*)$")


class _ErrorDetail(msgspec.Struct):
    message: str = ""
    op: str = msgspec.field(name="Op", default="")


class _Message(msgspec.Struct):
    """A line of restic's `--json` on standard error; the shape of `error` changed over the versions."""

    message_type: str
    item: str = ""
    message: str = ""
    error: _ErrorDetail = msgspec.field(default_factory=_ErrorDetail)


@dataclass(slots=True)
class Words:
    """What a restic says on standard error, and how long it has been retrying."""

    lines: deque[str] = field(default_factory=lambda: deque(maxlen=_KEPT_WORDS))
    items: list[str] = field(default_factory=list)
    """Files that a backup could not read."""
    retries: dict[str, float] = field(default_factory=dict)
    """When each operation was first retried."""
    count: int = 0
    """Lines said so far."""

    def heard(self, line: str) -> float:
        """Take one line in; seconds for which the operation that it is about has been retried."""
        self.count += 1
        if line.startswith("{"):
            with contextlib.suppress(msgspec.DecodeError):
                message = msgspec.json.decode(line, type=_Message)
                if message.message_type == "error" and message.item:
                    self.items.append(message.item)
                line = " ".join(filter(None, (message.item, message.message, message.error.message))) or line
        self.lines.append(line)
        retry = _RETRY.match(line)
        if retry is None:
            return 0.0
        now = time.monotonic()
        return now - self.retries.setdefault(retry.group(1), now)
