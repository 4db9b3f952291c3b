"""The `greenroom` command: its nouns, and how it ends."""

import sys
from typing import Annotated

import typer

from greenroom import __version__
from greenroom.cli import (
    audit,
    backup,
    credentials,
    demo,
    doctor,
    founding,
    group,
    image,
    key,
    launch_profile,
    login,
    metrics,
    model,
    policy,
    recovering,
    role,
    schedule,
    serving,
    session,
    settings,
    studio,
    user,
    vault,
)

app = typer.Typer(
    name="greenroom",
    help="A self-hosted virtual studio: sessions, their volumes, and backups that can be proven.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"greenroom {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None: ...


app.command("init")(founding.init)
app.command("serve")(serving.serve)
app.command("recover")(recovering.recover)
app.command("demo")(demo.demo)
app.command("settings")(settings.show)
app.command("doctor")(doctor.examine)
app.command("login")(login.login)
app.command("credentials")(credentials.credentials)
app.add_typer(session.app, name="session")
app.add_typer(backup.app, name="backup")
app.add_typer(image.app, name="image")
app.add_typer(vault.app, name="vault")
app.add_typer(schedule.app, name="schedule")
app.add_typer(launch_profile.app, name="launch-profile")
app.add_typer(studio.app, name="studio")
app.add_typer(user.app, name="user")
app.add_typer(group.app, name="group")
app.add_typer(key.app, name="key")
app.add_typer(policy.app, name="policy")
app.add_typer(role.app, name="role")
app.add_typer(audit.app, name="audit")
app.add_typer(metrics.app, name="metrics")
app.add_typer(model.app, name="model")


def main() -> None:
    """Run the command. Exit status: 0 done, 1 refused or failed with a message on stderr, 2 not understood."""
    try:
        app()
    except Exception as error:
        from greenroom.cli.failures import explain
        from greenroom.cli.output import complain

        text = explain(error)
        if text is None:
            raise
        complain(text)
        sys.exit(1)
