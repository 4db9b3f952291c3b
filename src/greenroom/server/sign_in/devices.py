"""Signing a program in by a browser that is signed in: the program shows a code, the person says yes to it.

As OAuth's device grant (RFC 8628). Codes live in memory, for ten minutes: a server that starts anew has none.
"""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock

from greenroom.access.sign_ins import token_hash
from greenroom.studio.studios import User

LASTS_SECONDS = 600.0
INTERVAL_SECONDS = 2
"""How long a program waits between two questions."""
CAPACITY = 1_000
"""Codes that are known at once; beyond that the oldest goes."""
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels: no words; 20 letters, of which 8 are some 34 bits."""


@dataclass(slots=True)
class Asking:
    """A program that asks to be signed in."""

    user_code: str
    source_ip: str | None
    """Where it asks from, for the person to look at."""
    user_agent: str
    until: float
    device_hash: str = field(repr=False)
    approved_by: User | None = None


class Devices:
    """Thread-safe."""

    def __init__(self, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic = monotonic
        self._asking: OrderedDict[str, Asking] = OrderedDict()
        """By user code."""
        self._by_device: dict[str, str] = {}
        self._lock = Lock()

    def begin(self, source_ip: str | None, user_agent: str) -> tuple[str, Asking]:
        """A new question: the program's own code, which nobody else gets, and what it shows."""
        device_code = secrets.token_urlsafe(32)
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        asking = Asking(
            user_code=f"{letters[:4]}-{letters[4:]}",
            source_ip=source_ip,
            user_agent=user_agent,
            until=self._monotonic() + LASTS_SECONDS,
            device_hash=token_hash(device_code),
        )
        with self._lock:
            self._forget_old()
            self._asking[asking.user_code] = asking
            self._by_device[asking.device_hash] = asking.user_code
        return device_code, asking

    def shown(self, user_code: str) -> Asking | None:
        """The program that shows that code and has no answer yet."""
        with self._lock:
            self._forget_old()
            asking = self._asking.get(_written(user_code))
        return asking if asking is not None and asking.approved_by is None else None

    def approve(self, user_code: str, user: User) -> Asking | None:
        """That person said yes. None where there is no such code, or it was answered."""
        with self._lock:
            self._forget_old()
            asking = self._asking.get(_written(user_code))
            if asking is None or asking.approved_by is not None:
                return None
            asking.approved_by = user
        return asking

    def take(self, device_code: str) -> Asking | None:
        """What became of the program's question: once answered it is told once. None where there is none (any more)."""
        device_hash = token_hash(device_code)
        with self._lock:
            self._forget_old()
            user_code = self._by_device.get(device_hash)
            asking = self._asking.get(user_code) if user_code else None
            if asking is not None and asking.approved_by is not None:
                self._remove(asking)
        return asking

    def _forget_old(self) -> None:
        now = self._monotonic()
        while self._asking:
            oldest = next(iter(self._asking.values()))
            if oldest.until > now and len(self._asking) < CAPACITY:
                return
            self._remove(oldest)

    def _remove(self, asking: Asking) -> None:
        del self._asking[asking.user_code]
        del self._by_device[asking.device_hash]


def _written(user_code: str) -> str:
    """The code as it is shown, however it was typed."""
    letters = "".join(letter for letter in user_code[:32].upper() if letter in _LETTERS)
    return f"{letters[:4]}-{letters[4:]}"
