"""`greenroom vault`: where backups are kept, and the copies of them."""

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import Data, Json

if TYPE_CHECKING:
    from greenroom.server.settings import Settings
    from greenroom.vaults.restic import ResticVault

app = typer.Typer(no_args_is_help=True, help="Where backups are kept, and their copies.")


@app.command("list")
def list_vaults(data: Data, json: Json = False) -> None:
    """List the vault and its copies: how many backups each holds, how many a copy has not got yet, and how it fares."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, print_table, show_time
    from greenroom.vaults.base import VaultError
    from greenroom.wire import vault_copies as wire

    with connect(data) as connection:
        request = wire.ListVaultCopiesRequest(studio_id=connection.client.studio_id)
        told = {each.vault: each for each in connection.client.call(request, wire.ListVaultCopiesResponse).vaults}
    rows: list[dict[str, object]] = []
    first: set[str] | None = None
    for vault, role in _all(data):
        known = told.get(vault.name)
        row: dict[str, object] = {
            "name": vault.name,
            "role": role,
            "backups": None,
            "missing": None,
            "copiedAt": known and known.copied_at,
            "failingSince": known and known.failing_since,
            "message": known and known.message,
        }
        try:
            held = {stored.label.backup_id for stored in vault.backups()}
        except VaultError as error:
            row["message"] = str(error)
        else:
            first = held if role == "vault" else first
            row |= {"backups": len(held), "missing": None if role == "vault" or first is None else len(first - held)}
        rows.append(row)
    if json:
        print_json(rows)
        return
    print_table(
        ("Vault", "Role", "Backups", "Not yet copied", "Last whole", "Fails since", "Message"),
        [
            tuple(
                "" if value is None else show_time(value) if isinstance(value, datetime) else str(value)
                for value in row.values()
            )
            for row in rows
        ],
    )


@app.command("check")
def check(
    data: Data,
    read_data: Annotated[
        bool, typer.Option("--read-data", help="Read every byte, not only what holds the repository together.")
    ] = False,
    json: Json = False,
) -> None:
    """Check the vault and its copies. Exit status 1: something is wrong; the backups that it hurt are named.

    Where the vault itself has hurt ones, the server reads every backup back at once, and marks and replaces those.
    """
    from greenroom.cli.doubt import raise_doubt
    from greenroom.cli.output import print_json, say

    found = [(vault, vault.check(read_data=read_data)) for vault, _role in _all(data)]
    if hurt := dict(found[0][1].hurt):
        raise_doubt(data, hurt, next(iter(hurt.values())))
    if json:
        print_json(
            [
                {
                    "name": vault.name,
                    "sound": examination.sound,
                    "problem": examination.problem or None,
                    "hurt": [{"backupId": backup_id, "message": why} for backup_id, why in examination.hurt],
                }
                for vault, examination in found
            ]
        )
    else:
        for vault, examination in found:
            say(f"{vault.name}: {examination.problem or 'nothing is wrong'}")
            for backup_id, why in examination.hurt:
                say(f"  {backup_id} cannot be restored whole: {why}")
            if examination.problem and not examination.hurt:
                say("  Every backup can still be restored whole.")
    if not all(examination.sound for _vault, examination in found):
        raise typer.Exit(1)


@app.command("add")
def add(
    repository: Annotated[
        str, typer.Argument(metavar="REPOSITORY", help="A further vault, as restic takes it.", show_default=False)
    ],
    data: Data,
) -> None:
    """Have every backup copied to a further vault too: the first time now, and from its next start by the server."""
    from greenroom.cli.failures import CommandError
    from greenroom.cli.output import note, say
    from greenroom.server import settings as settings_table
    from greenroom.server.parts import vault_of
    from greenroom.server.settings import Settings
    from greenroom.vaults.repository import Repository

    settings = _settings(data)
    place = f"restic:{Repository.at(repository.removeprefix('restic:')).location}"
    if " " in place:
        raise CommandError("The place of a copy cannot have blanks in its name. Take another.")
    if place in (settings.vault, *settings.vault_copies):
        raise CommandError(f"{Repository.at(repository).name} is a vault of this studio already.")
    settings_table.record(settings.data, {"vault_copies": " ".join((*settings.vault_copies, place))})
    (copy,) = (vault for vault, _role in _all(data) if vault.name == f"restic:{Repository.at(place[7:]).name}")
    _copied(copy, vault_of(Settings.load(data)))
    say(f"{copy.name} has every backup now.")
    note("A server that runs copies there from its next start on.")


@app.command("copy")
def copy_now(data: Data) -> None:
    """Bring the copies up to date now."""
    from greenroom.cli.failures import CommandError
    from greenroom.cli.output import say
    from greenroom.server.parts import copies_of, vault_of

    settings = _settings(data)
    copies = copies_of(settings)
    if not copies:
        raise CommandError("This studio has one vault and no copies. Add one: greenroom vault add REPOSITORY")
    for copy in copies:
        _copied(copy, vault_of(settings))
        say(f"{copy.name} has every backup.")


@app.command("unlock")
def unlock(data: Data) -> None:
    """Remove locks whose holder is dead: ended on this machine, or silent for half an hour. Others stay."""
    from greenroom.cli.output import say

    for vault, _role in _all(data):
        vault.unlock()
        say(f"{vault.name}: no lock of the dead is left.")


@app.command("prune")
def prune(
    data: Data,
    repository: Annotated[
        str | None,
        typer.Option(
            "--repository", metavar="REPOSITORY", help="A way in by which an append-only vault may be deleted from."
        ),
    ] = None,
) -> None:
    """Free the space that no backup needs; of an append-only vault, what rotation has marked goes first."""
    from greenroom.cli.failures import CommandError
    from greenroom.cli.output import say
    from greenroom.server.parts import vault_of

    settings = _settings(data)
    if repository is not None:
        dropped = vault_of(settings, f"restic:{repository.removeprefix('restic:')}").sweep_forgotten()
        say(f"{dropped} marked backups are gone, and their space is free.")
        return
    if settings.vault_append_only == "yes":
        raise CommandError(
            "This vault is append-only: nothing can be deleted by the way that the server uses. Give one by which it"
            " can: greenroom vault prune --repository REPOSITORY"
        )
    vault_of(settings).prune()
    say("What no backup needs is gone.")


@app.command("mend")
def mend(
    data: Data,
    repository: Annotated[
        str | None,
        typer.Option(
            "--repository",
            metavar="DIRECTORY",
            help="Where a vault that is elsewhere is mounted as a directory, by sshfs or rclone mount.",
        ),
    ] = None,
) -> None:
    """Take what is damaged out of the vault, so that the next backups bring it back. Reads all of it.

    What can still be read stays. Where something was damaged, the server reads every backup back at once.
    """
    from greenroom.cli.doubt import raise_doubt
    from greenroom.cli.failures import CommandError
    from greenroom.cli.output import note, say
    from greenroom.server.parts import vault_of
    from greenroom.vaults.repository import Repository

    settings = _settings(data)
    place = (repository or settings.vault).removeprefix("restic:")
    if Repository.at(place).directory is None:
        raise CommandError(
            f"{Repository.at(place).name} is no directory, and restic has no way to take single files out of it. Mount"
            " it (sshfs, rclone mount), or go to the machine that it lies on, and name the directory:"
            " greenroom vault mend --repository DIRECTORY"
        )
    vault = vault_of(settings, f"restic:{place}")
    if not (files := vault.mend()):
        say("Nothing in the vault is damaged.")
        return
    raise_doubt(data, [stored.label.backup_id for stored in vault.backups()], f"{files} files were damaged.")
    say(f"{files} damaged or missing files of the vault were taken out; what could still be read of them was kept.")
    note("A server that runs reads every backup back now. A new backup of a session brings back what it has of them.")


@app.command("rotate-password")
def rotate_password(data: Data) -> None:
    """Give the vault and its copies a new password, and close them to the old one. Repeat it if it breaks off."""
    from greenroom.cli.output import note, say
    from greenroom.server.parts import copies_of, vault_of

    settings = _settings(data)
    gone = vault_of(settings).rotate_password(copies_of(settings))
    say(f"{settings.vault_password_file} has a new password; {gone} keys of the old one are gone.")
    note("Keep a copy of it elsewhere: without it no backup can be opened.")


def _copied(copy: "ResticVault", source: "ResticVault") -> None:
    """Copy everything. Raises VaultError, also where some of it could not be copied."""
    from greenroom.vaults.base import VaultError

    if problems := copy.copy_from(source).problems:
        raise VaultError("\n".join(problems), reason="copy")


def _settings(data: Path) -> "Settings":
    from greenroom.cli import profile
    from greenroom.server.settings import Settings

    profile.read(data)
    return Settings.load(data)


def _all(data: Path) -> "list[tuple[ResticVault, str]]":
    """The vault and its copies, each with what it is."""
    from greenroom.server.parts import copies_of, vault_of

    settings = _settings(data)
    return [(vault_of(settings), "vault"), *((copy, "copy") for copy in copies_of(settings))]
