"""`greenroom serve`: the server in the foreground."""

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
) -> None:
    """Serve the API and carry out its work, until SIGTERM or Ctrl-C; sessions go on running then."""
    from greenroom.cli import profile
    from greenroom.cli.connection import find_server
    from greenroom.server import serving
    from greenroom.server.settings import Settings

    settings = Settings.load(data, host=host, port=port)
    profile.read(settings.data)
    if settings.port and find_server(settings.data) is None:
        profile.move(settings.data, settings.endpoint)
    serving.serve(settings)
