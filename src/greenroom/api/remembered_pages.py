"""Pages that were answered lately, used again while nothing that they show has changed.

A listing that somebody polls is the same page nine times of ten. Where nobody has written anything since, the
database's change mark tells so without a transaction. Else it costs one row to know: the studio's listing version,
which every change to a listed record raises in its own transaction.
"""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

CAPACITY = 256
"""Pages remembered; a page of 100 backups takes about 100 KB."""
MAX_AGE = timedelta(minutes=1)
"""The token of a remembered page was sealed when it was made: it is that much nearer to its end."""


Response = TypeVar("Response")
Key = tuple[object, ...]


@dataclass(slots=True)
class _Page(Generic[Response]):
    version: int
    mark: int | None
    made_at: datetime
    response: Response


class RememberedPages(Generic[Response]):
    """Thread-safe; the least lately used page is forgotten first."""

    def __init__(self, capacity: int = CAPACITY) -> None:
        self._capacity = capacity
        self._pages: OrderedDict[Key, _Page[Response]] = OrderedDict()
        self._lock = Lock()

    def unchanged(self, key: Key, mark: int | None, now: datetime) -> Response | None:
        """The response under that key, if nothing at all was written since and it is not too old."""
        with self._lock:
            page = self._fresh(key, now)
            return None if page is None or mark is None or page.mark != mark else page.response

    def find(self, key: Key, version: int, mark: int | None, now: datetime) -> Response | None:
        """The response under that key, if it is of that version and not too old.

        `mark` is the database's before the transaction in which the version was read.
        """
        with self._lock:
            page = self._fresh(key, now)
            if page is None or page.version != version:
                return None
            page.mark = mark
            return page.response

    def keep(self, key: Key, version: int, mark: int | None, now: datetime, response: Response) -> None:
        """Remember the response. It must not be changed from here on."""
        with self._lock:
            self._pages[key] = _Page(version, mark, now, response)
            self._pages.move_to_end(key)
            if len(self._pages) > self._capacity:
                self._pages.popitem(last=False)

    def _fresh(self, key: Key, now: datetime) -> _Page[Response] | None:
        page = self._pages.get(key)
        if page is None or not timedelta(0) <= now - page.made_at < MAX_AGE:
            return None
        self._pages.move_to_end(key)
        return page
