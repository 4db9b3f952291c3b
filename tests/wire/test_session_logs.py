"""The operation on what a session said."""

from greenroom.wire.additions import ADDITIONS
from greenroom.wire.session_logs import StreamingSessionLogs


def test_it_is_one_of_greenrooms_own_and_reads() -> None:
    operation = ADDITIONS["GetStreamingSessionLogs"]
    assert (operation.method, operation.service) == ("GET", "greenroom")
    assert set(StreamingSessionLogs.__annotations__) == {"initialization", "session"}
