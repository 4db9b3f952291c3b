"""The server as it is, with one static answer beside it: the floor that listings are measured against."""

import sys
from pathlib import Path

import uvicorn

from greenroom.server.app import create_app
from greenroom.server.endpoint import Receive, Scope, Send
from greenroom.server.house import open_house
from greenroom.server.settings import Settings


def main() -> None:
    """`python -m benchmarks.listing_server DIR PORT FILE`: GET /static answers with FILE's bytes."""
    data, port, file = Path(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    body = file.read_bytes()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    with open_house(Settings.load(data)) as house:
        app = create_app(house)

        async def with_floor(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope["path"] == "/static":
                await send({"type": "http.response.start", "status": 200, "headers": headers})
                await send({"type": "http.response.body", "body": body})
            else:
                await app(scope, receive, send)

        uvicorn.run(
            with_floor, port=port, loop="uvloop", http="httptools", lifespan="off", access_log=False, log_level="error"
        )


if __name__ == "__main__":
    main()
