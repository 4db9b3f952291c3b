"""`greenroom image`: root file systems that sessions run on."""

from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.options import Data, Json

app = typer.Typer(no_args_is_help=True, help="Images: systems that sessions run on, other than the machine's own.")

ImageId = Annotated[
    str,
    typer.Argument(metavar="EC2_IMAGE_ID", help="What streaming images name it by: ami-….", show_default=False),
]


@app.command("add")
def add_image(
    ec2_image_id: ImageId,
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            help="A directory, a tar archive (plain, gzip, zstd, xz, bzip2), or debootstrap:SUITE.",
            show_default=False,
        ),
    ],
    data: Data,
    sha256: Annotated[
        str | None, typer.Option("--sha256", metavar="HEX", help="What the archive's checksum must be.")
    ] = None,
    json: Json = False,
) -> None:
    """Register a root file system under an id."""
    from greenroom.cli.connection import open_studio
    from greenroom.cli.output import note, print_fields, print_json, show_bytes
    from greenroom.engines.desktop.findings import of_image
    from greenroom.engines.images.registry import DEBOOTSTRAP

    where = source if source.startswith(DEBOOTSTRAP) else str(Path(source).absolute())
    with open_studio(data) as house:
        image = house.images.add(ec2_image_id, where, now=house.clock(), sha256=sha256)
        house.audit_command("AddImage", ec2ImageId=ec2_image_id, source=where, sha256=image.sha256)
        root, programs = house.images.root_of(ec2_image_id), house.settings.desktop_programs
    if json:
        print_json(image)
        return
    print_fields(
        (
            ("Image", image.ec2_image_id),
            ("Source", image.source),
            ("Files", f"{image.files}, {show_bytes(image.size_bytes)}"),
            ("SHA-256", image.sha256),
        )
    )
    if root is not None:
        found = of_image(ec2_image_id, root, programs)
        note(". ".join(filter(None, (found.meaning.capitalize(), found.remedy.capitalize()))) + ".")
    note("A streaming image of that ec2ImageId runs its sessions on it from their next start on.")


@app.command("list")
def list_images(data: Data, json: Json = False) -> None:
    """List the registered images."""
    from greenroom.cli.connection import open_studio
    from greenroom.cli.output import print_json, print_table, show_bytes

    with open_studio(data) as house:
        found = house.images.every()
    if json:
        print_json(found)
        return
    print_table(
        ("Image", "Size", "Added", "Source", "SHA-256"),
        [
            (image.ec2_image_id, show_bytes(image.size_bytes), image.added_at, image.source, image.sha256)
            for image in found
        ],
        empty="No images: sessions run the machine's own system.",
    )


@app.command("verify")
def verify_image(ec2_image_id: ImageId, data: Data) -> None:
    """Read an image again and compare it with what was registered; exit status 1 where it differs."""
    from greenroom.cli.connection import open_studio
    from greenroom.cli.output import note

    with open_studio(data) as house:
        image = house.images.verify(ec2_image_id)
    note(f"{image.ec2_image_id} is what was registered: {image.files} files, SHA-256 {image.sha256}.")


@app.command("remove")
def remove_image(ec2_image_id: ImageId, data: Data) -> None:
    """Remove an image that no streaming image names."""
    from greenroom.cli.connection import open_studio
    from greenroom.cli.failures import CommandError
    from greenroom.store import images

    with open_studio(data) as house:
        with house.database.read() as connection:
            using = images.using_ec2_image(connection, ec2_image_id)
        if using:
            raise CommandError(
                f"{ec2_image_id} is in use by the streaming images {', '.join(using)}: delete them first."
            )
        house.images.remove(ec2_image_id)
        house.audit_command("RemoveImage", ec2ImageId=ec2_image_id)
