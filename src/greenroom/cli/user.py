"""`greenroom user`: the people of the studio."""

from typing import Annotated

import typer

from greenroom.cli.options import Data, Json

app = typer.Typer(no_args_is_help=True, help="People of the studio.")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to sign in with.", show_default=False)],
    data: Data,
    admin: Annotated[bool, typer.Option("--admin", help="Make this person an administrator.")] = False,
    json: Json = False,
) -> None:
    """Add a person, with a new password that is shown this once."""
    from greenroom.cli.connection import open_studio
    from greenroom.cli.output import note, print_fields, print_json
    from greenroom.server.founding import add_user

    with open_studio(data) as house:
        user = add_user(house, name, administrator=admin)
    if json:
        print_json({"username": user.username, "password": user.password, "principalId": user.principal_id})
        return
    print_fields((("User", user.username), ("Password", user.password), ("Principal id", user.principal_id)))
    note("The password is not kept in a readable form: note it now.")
