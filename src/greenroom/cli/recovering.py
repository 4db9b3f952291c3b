"""`greenroom recover`: a studio out of its vault, on a machine that has nothing else of it."""

from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.options import Json


def recover(
    vault: Annotated[
        str,
        typer.Option(
            "--vault", metavar="REPOSITORY", help="The vault, as the setting has it or as restic.", show_default=False
        ),
    ],
    password_file: Annotated[
        Path,
        typer.Option(
            "--password-file", metavar="FILE", help="The vault's password.", dir_okay=False, show_default=False
        ),
    ],
    data: Annotated[
        Path,
        typer.Option(
            "--data", metavar="NEWDIR", help="The data directory to make.", file_okay=False, show_default=False
        ),
    ],
    studio: Annotated[
        str,
        typer.Option(
            "--studio", metavar="STUDIO_ID", help="Which one, where several share the vault.", show_default=False
        ),
    ] = "",
    json: Json = False,
) -> None:
    """Rebuild a studio from its vault: records, sessions as STOPPED, and every backup that the vault holds.

    The further studios of its server come back with it, each from its own repository.

    Passwords and access keys are not in the vault: the first administrator gets new ones, which are shown this once.
    """
    from greenroom.cli import profile
    from greenroom.cli.output import note, print_fields, print_json, show_time
    from greenroom.server.recovering import recover_studio, shown
    from greenroom.vaults.repository import Repository

    place = Repository.at(vault.removeprefix("restic:"))
    recovery = recover_studio(data.absolute(), f"restic:{place.location}", password_file, studio)
    profile.keep(
        data,
        profile.Profile(
            access_key_id=recovery.access_key_id,
            secret_access_key=recovery.secret_access_key,
            region=recovery.region,
            endpoint=recovery.endpoint,
            studio_id=recovery.studio_id,
        ),
        recovery.username,
    )
    if json:
        print_json(shown(recovery))
        return
    print_fields(
        (
            ("Studio", f"{recovery.studio_name} ({recovery.studio_id})"),
            ("Records of", show_time(recovery.written_at)),
            ("Sessions", f"{recovery.sessions}, all STOPPED"),
            ("Backups", f"{recovery.backups} READY"),
            ("Not held whole", str(recovery.missing) if recovery.missing else ""),
            ("Unknown", f"{recovery.unknown} of sessions without a record" if recovery.unknown else ""),
            ("User", recovery.username),
            ("Password", recovery.password),
            ("Access key id", recovery.access_key_id),
            ("Secret access key", recovery.secret_access_key),
        )
    )
    for each in recovery.unopened:
        note(f"NOT RECOVERED: the backups of the studio {each.studio}, in a repository of its own. {each.message}")
        note("  Its records are here. Bring the repository back, and recover once more, into another directory.")
    note("The password is shown this once: note it now. The others get theirs by: greenroom user reset-password NAME")
    note(f"Next: greenroom serve --data {data}")
