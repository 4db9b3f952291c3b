"""`greenroom key`: access keys for the API."""

from typing import Annotated

import typer

from greenroom.cli.options import Data, Json

app = typer.Typer(no_args_is_help=True, help="Access keys for the API.")


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The user's name.", show_default=False)],
    data: Data,
    json: Json = False,
) -> None:
    """Make a pair of keys for a user; the secret is shown this once."""
    from greenroom.cli.connection import open_studio
    from greenroom.cli.output import note, print_fields, print_json
    from greenroom.server.founding import create_key

    with open_studio(data) as house:
        key = create_key(house, name)
    if json:
        print_json({"accessKeyId": key.access_key_id, "secretAccessKey": key.secret_access_key})
        return
    print_fields((("Access key id", key.access_key_id), ("Secret access key", key.secret_access_key)))
    note("The secret is not shown again: note it now.")
