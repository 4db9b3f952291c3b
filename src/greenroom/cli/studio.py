"""`greenroom studio`: the whole configuration as one file, out of a studio and into one."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import Json, Studio

if TYPE_CHECKING:
    from greenroom.cli.client import Client
    from greenroom.cli.configuration.plan import Plan
    from greenroom.cli.configuration.survey import Survey

app = typer.Typer(no_args_is_help=True, help="A studio's configuration as one file.")


@app.command("export")
def export_studio(
    data: Studio = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write to this file.", dir_okay=False)
    ] = None,
    json: Json = False,
) -> None:
    """Print the studio's configuration as YAML: profiles, components, images, members, agreements, tags.

    Scripts and their parameters are in it as they are: where they hold secrets, so does the file.
    """
    from greenroom.cli.configuration.document import write_document
    from greenroom.cli.connection import connect
    from greenroom.cli.output import note, print_json

    with connect(data) as connection:
        document = _survey(connection.client).document
    if json:
        print_json(document)
        return
    text = write_document(document)
    if output is None:
        typer.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    note(f"Written to {output}. Bring it into a studio with: greenroom studio import {output} --data DIR")


@app.command("import")
def import_studio(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A file that `studio export` wrote.", exists=True, dir_okay=False)
    ],
    data: Studio = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do it without asking.")] = False,
) -> None:
    """Make the studio what the file says: show the plan, ask, and carry it out through the API.

    What the studio has beside the file is left alone. Once done, doing it again changes nothing.
    """
    from greenroom.cli.configuration.document import read_document
    from greenroom.cli.configuration.plan import make_plan
    from greenroom.cli.connection import connect
    from greenroom.cli.failures import CommandError
    from greenroom.cli.output import say

    document = read_document(file.read_text(encoding="utf-8"), str(file))
    with connect(data) as connection:
        plan = make_plan(_survey(connection.client), document)
        _show(plan)
        if not plan.steps:
            say("Nothing to change: the studio is what the file says.")
            return
        if not connection.served:
            raise CommandError(f"No server runs on {data} to carry this out. Start one: greenroom serve --data {data}")
        if not yes:
            typer.confirm("Do this?", abort=True)
        _carry_out(plan, connection.client)
    say(f"Done: {len(plan.steps)} changes.")


def _survey(client: "Client") -> "Survey":
    from greenroom.cli.configuration.survey import survey
    from greenroom.wire import people

    # Nimble's operations know people by their ids; their names are Greenroom's own.
    users = client.call(people.ListUsersRequest(), people.ListUsersResponse).users
    return survey(client, {user.user_name: user.principal_id for user in users})


def _show(plan: "Plan") -> None:
    from greenroom.cli.output import note, print_table

    if plan.steps:
        print_table(("Action", "What", "Details"), [(step.action, step.what, step.details) for step in plan.steps])
    if plan.left_alone:
        note(f"Not in the file, and left alone: {', '.join(plan.left_alone)}.")


def _carry_out(plan: "Plan", client: "Client") -> None:
    from greenroom.cli.failures import CommandError
    from greenroom.cli.output import note
    from greenroom.wire.errors import ApiError

    for number, step in enumerate(plan.steps, 1):
        note(f"[{number}/{len(plan.steps)}] {step.action} {step.what}")
        try:
            step.do(client)
        except ApiError as error:
            raise CommandError(
                f"To {step.action} {step.what} was refused: {error.message} The {number - 1} changes before it are "
                "done; correct the file and import it again."
            ) from error
