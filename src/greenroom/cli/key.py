"""`greenroom key`: access keys for the API."""

from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import Data, Json

if TYPE_CHECKING:
    from greenroom.access.keys import NewAccessKey
    from greenroom.server.house import House

app = typer.Typer(no_args_is_help=True, help="Access keys for the API.")


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The user's name.", show_default=False)],
    data: Data,
    keep: Annotated[
        bool, typer.Option("--keep", help="Sign this command line's own requests with it from now on.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a pair of keys for a user; the secret is shown this once."""
    from greenroom.cli.connection import open_studio
    from greenroom.cli.output import note, print_fields, print_json
    from greenroom.server.founding import create_key

    with open_studio(data) as house:
        key = create_key(house, name)
        if keep:
            _keep(house, key)
    if json:
        print_json({"accessKeyId": key.access_key_id, "secretAccessKey": key.secret_access_key})
        return
    print_fields((("Access key id", key.access_key_id), ("Secret access key", key.secret_access_key)))
    note("The secret is not shown again: note it now.")


def _keep(house: "House", key: "NewAccessKey") -> None:
    from greenroom.cli import profile
    from greenroom.store import studios

    with house.database.read() as connection:
        studio = studios.every(connection)[0]
    profile.write(
        house.settings.data,
        profile.Profile(
            access_key_id=key.access_key_id,
            secret_access_key=key.secret_access_key,
            region=studio.region,
            endpoint=house.settings.endpoint,
            studio_id=studio.studio_id,
        ),
    )
