"""What clients can wait for: which operation to ask, how often, and which states end the wait."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Waiter:
    """A wait for a state. `delay` is in seconds; `member` is the answer's member whose state is looked at."""

    operation: str
    member: str
    delay: int
    max_attempts: int
    success: str
    failures: tuple[str, ...]


_CHANGED = ("CREATE_FAILED", "UPDATE_FAILED")
_DELETED = ("DELETE_FAILED",)

WAITERS: dict[str, Waiter] = {
    "LaunchProfileDeleted": Waiter("GetLaunchProfile", "launchProfile", 5, 150, "DELETED", _DELETED),
    "LaunchProfileReady": Waiter("GetLaunchProfile", "launchProfile", 5, 150, "READY", _CHANGED),
    "StreamingImageDeleted": Waiter("GetStreamingImage", "streamingImage", 2, 60, "DELETED", _DELETED),
    "StreamingImageReady": Waiter("GetStreamingImage", "streamingImage", 2, 60, "READY", _CHANGED),
    "StreamingSessionDeleted": Waiter("GetStreamingSession", "session", 5, 180, "DELETED", _DELETED),
    "StreamingSessionReady": Waiter(
        "GetStreamingSession", "session", 10, 180, "READY", ("CREATE_FAILED", "START_FAILED")
    ),
    "StreamingSessionStopped": Waiter("GetStreamingSession", "session", 5, 180, "STOPPED", ("STOP_FAILED",)),
    "StreamingSessionStreamReady": Waiter("GetStreamingSessionStream", "stream", 5, 30, "READY", ("CREATE_FAILED",)),
    "StudioComponentDeleted": Waiter("GetStudioComponent", "studioComponent", 1, 120, "DELETED", _DELETED),
    "StudioComponentReady": Waiter("GetStudioComponent", "studioComponent", 2, 60, "READY", _CHANGED),
    "StudioDeleted": Waiter("GetStudio", "studio", 2, 60, "DELETED", _DELETED),
    "StudioReady": Waiter("GetStudio", "studio", 2, 60, "READY", _CHANGED),
}


def waiters() -> dict[str, Any]:
    """What botocore calls waiters-2.json."""
    return {"version": 2, "waiters": {name: _described(waiter) for name, waiter in WAITERS.items()}}


def _described(waiter: Waiter) -> dict[str, Any]:
    acceptors = [(waiter.success, "success"), *((state, "failure") for state in waiter.failures)]
    return {
        "description": f"Wait until {waiter.operation} says {waiter.success}.",
        "delay": waiter.delay,
        "maxAttempts": waiter.max_attempts,
        "operation": waiter.operation,
        "acceptors": [
            {"matcher": "path", "argument": f"{waiter.member}.state", "state": outcome, "expected": state}
            for state, outcome in acceptors
        ],
    }
