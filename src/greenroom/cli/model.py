"""`greenroom model`: give the Nimble API back to boto3 and the AWS CLI, which have dropped it."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="The API's model for boto3 and the AWS CLI.")

CUSTOMER_MODELS = Path("~/.aws/models")
"""Where boto3 and the AWS CLI look by themselves, beside AWS_DATA_PATH."""


@app.command("export")
def export(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", file_okay=False, help="Where to write it.", show_default=False)
    ],
) -> None:
    """Write the model under DIR, ready to be named in AWS_DATA_PATH."""
    from greenroom.cli.output import say

    _write(directory)
    say(f"Written to {directory / 'nimble'}. Use it with: AWS_DATA_PATH={directory.resolve()} aws nimble help")


@app.command("install")
def install() -> None:
    """Write the model where boto3 and the AWS CLI of this user look."""
    from greenroom.cli.output import say

    directory = CUSTOMER_MODELS.expanduser()
    _write(directory)
    say(f"Installed in {directory / 'nimble'}: `aws nimble` and boto3.client('nimble') work for this user.")


@app.command("uninstall")
def uninstall() -> None:
    """Take the model away from where `install` put it."""
    from greenroom.cli.output import say
    from greenroom.wire.model import MODEL_DIRECTORY, MODEL_FILES

    directory = CUSTOMER_MODELS.expanduser() / MODEL_DIRECTORY
    present = [file for name in MODEL_FILES if (file := directory / name).exists()]
    for file in present:
        file.unlink()
    for emptied in (directory, directory.parent):
        if emptied.is_dir() and not any(emptied.iterdir()):
            emptied.rmdir()
    say(f"Removed from {directory}." if present else f"There is no model in {directory}.")


def _write(directory: Path) -> None:
    from greenroom.wire.model import write_model

    write_model(directory)
