"""`greenroom serve`: the server in the foreground."""

import os
import signal
from types import FrameType
from typing import Annotated

import typer

from greenroom.cli.options import Data


def serve(
    data: Data,
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="Address to listen on [setting: host].")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", metavar="PORT", help="Port to listen on [setting: port].")
    ] = None,
    tls_cert: Annotated[
        str | None, typer.Option("--tls-cert", metavar="FILE", help="Certificate, PEM [setting: tls_cert].")
    ] = None,
    tls_key: Annotated[
        str | None, typer.Option("--tls-key", metavar="FILE", help="Its key, PEM [setting: tls_key].")
    ] = None,
    insecure: Annotated[
        bool, typer.Option("--insecure", help="Listen to other machines without TLS [setting: insecure].")
    ] = False,
) -> None:
    """Serve the API and carry out its work, until SIGTERM or Ctrl-C; sessions go on running then."""
    from greenroom.cli import profile
    from greenroom.cli.connection import find_server
    from greenroom.server import serving
    from greenroom.server.settings import Settings

    settings = Settings.load(
        data,
        host=host,
        port=port,
        # As at any prompt, a file that is not absolute is one of the directory where the command runs.
        tls_cert=tls_cert and os.path.abspath(tls_cert),  # noqa: PTH100  `..` as a shell's user means it
        tls_key=tls_key and os.path.abspath(tls_key),  # noqa: PTH100
        insecure="yes" if insecure else None,
    )
    profile.read(settings.data)
    if settings.port and find_server(settings.data) is None:
        profile.move(settings.data, settings.endpoint)
    # uvicorn ends its own work at these signals and raises them again for whoever is around it.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _end)
    serving.serve(settings)


def _end(_number: int, _frame: FrameType | None) -> None:
    """Leave by way of all that has to be tidied up."""
    raise SystemExit(0)
