"""`greenroom init`: a data directory with a studio in which sessions can be created at once."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import Json

if TYPE_CHECKING:
    from greenroom.server.founding import Founding


def init(
    data: Annotated[
        Path,
        typer.Option(
            "--data",
            envvar="GREENROOM_DATA",
            metavar="DIR",
            help="The data directory to make.",
            file_okay=False,
            show_default=False,
        ),
    ],
    studio: Annotated[str, typer.Option("--studio", metavar="NAME", help="The studio's name.", show_default=False)],
    region: Annotated[
        str | None,
        typer.Option("--region", metavar="REGION", help="Region that requests are signed for [default: us-west-2]."),
    ] = None,
    json: Json = False,
) -> None:
    """Found a studio: an administrator, keys, an image and a launch profile whose sessions are backed up."""
    from greenroom.cli.output import note, print_fields, print_json

    founding = found(data, studio, region)
    if json:
        print_json(
            {
                "endpoint": founding.endpoint,
                "region": founding.region,
                "accountId": founding.account_id,
                "studioId": founding.studio_id,
                "accessKeyId": founding.access_key_id,
                "secretAccessKey": founding.secret_access_key,
                "username": founding.username,
                "password": founding.password,
                "launchProfileId": founding.launch_profile_id,
                "streamingImageId": founding.streaming_image_id,
            }
        )
        return
    print_fields(
        (
            ("Studio", founding.studio_id),
            ("Region", founding.region),
            ("Account", founding.account_id),
            ("Endpoint", founding.endpoint),
            ("Launch profile", founding.launch_profile_id),
            ("Image", founding.streaming_image_id),
            ("User", founding.username),
            ("Password", founding.password),
            ("Access key id", founding.access_key_id),
            ("Secret access key", founding.secret_access_key),
        )
    )
    note(
        "The password is shown this once: note it now. The keys are kept in the data directory, for this command line."
    )
    note(f"Next: greenroom serve --data {data}")


def found(data: Path, studio: str, region: str | None = None) -> "Founding":
    """Found a studio and keep the profile that the command line signs with. Raises CommandError where one is."""
    from greenroom.cli import profile
    from greenroom.cli.failures import CommandError
    from greenroom.server.founding import found_studio
    from greenroom.server.settings import Settings

    if profile.exists(data):
        raise CommandError(
            f"{data} already holds a studio ({profile.read(data).studio_id}). "
            f"Serve it with `greenroom serve --data {data}`, or found another in another directory."
        )
    settings = Settings.load(data, region=region)
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)
    founding = found_studio(settings, studio, settings.region)
    profile.keep(
        settings.data,
        profile.Profile(
            access_key_id=founding.access_key_id,
            secret_access_key=founding.secret_access_key,
            region=founding.region,
            endpoint=founding.endpoint,
            studio_id=founding.studio_id,
        ),
        founding.username,
    )
    return founding
