"""The door to streams alone, in a process of its own whose processor time can be read."""

import socket
import sys
from dataclasses import dataclass

import uvicorn

from greenroom.streaming.app import Streams
from greenroom.streaming.gate import Passage
from greenroom.streaming.relay import LARGEST_MESSAGE
from greenroom.streaming.rules import StreamRules

_PASSAGE = Passage("bench", "bench", "bench", StreamRules(clipboard=False, uploads=None))


class _OpenGate:
    """Lets everybody through, and says at every look that it still does."""

    def passage(self, _stream_id: str, _shown: str | None) -> Passage:
        """The only one."""
        return _PASSAGE

    def still_open(self, _passage: Passage) -> bool:
        """It is."""
        return True


@dataclass(frozen=True)
class _Session:
    """What answers on a Unix socket."""

    path: str

    def open_stream(self, _session_id: str, _patience: float) -> socket.socket:
        """A connection to it."""
        inside = socket.socket(socket.AF_UNIX)
        inside.connect(self.path)
        inside.setblocking(False)
        return inside


def main() -> None:
    """`python -m benchmarks.relay_server SOCKET PORT`: streams of what answers on the socket."""
    session, port = _Session(sys.argv[1]), int(sys.argv[2])
    origin = f"http://127.0.0.1:{port}"
    app = Streams(_OpenGate(), lambda: session, lambda _scope: origin)  # type: ignore[arg-type,return-value]
    # As server/serving.py has it.
    uvicorn.run(
        app,
        port=port,
        loop="uvloop",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_max_size=LARGEST_MESSAGE,
        lifespan="off",
        access_log=False,
        log_level="error",
    )


if __name__ == "__main__":
    main()
