"""`greenroom vault`: where backups are kept, and the copies of them."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import Data, Json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from greenroom.server.settings import Settings
    from greenroom.studio.studios import Studio
    from greenroom.vaults.restic import ResticVault

app = typer.Typer(no_args_is_help=True, help="Where backups are kept, and their copies.")


@dataclass(frozen=True)
class _Held:
    """A repository of this server's: the vault itself, a further studio's below it, or the copy of one of these."""

    vault: "ResticVault"
    role: str
    """`vault` or `copy`."""
    place: str
    """The name of the repository that it is, or lies below."""
    path: str
    """In which folder of the place it is."""
    studios: "Sequence[Studio]"
    """Whose backups are in it."""

    @property
    def named(self) -> str:
        """Whose it is, for people."""
        return ", ".join(studio.display_name for studio in self.studios)

    @property
    def made(self) -> bool:
        """Whether it has been made, as far as that can be told."""
        from greenroom.vaults.base import VaultError

        try:
            return (self.role == "vault" and not self.path) or self.vault.exists()
        except VaultError:
            return True  # whoever uses it is told why that fails


@app.command("list")
def list_vaults(data: Data, json: Json = False) -> None:
    """List each studio's vault and its copies: how many backups it holds, how many a copy lacks, and how it fares."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, print_table, show_time
    from greenroom.vaults.base import VaultError
    from greenroom.wire import vault_copies as wire

    everything = _every(data)
    told: dict[str, wire.VaultCopies] = {}
    with connect(data) as connection:
        for studio_id in dict.fromkeys(studio.studio_id for each in everything for studio in each.studios):
            request = wire.ListVaultCopiesRequest(studio_id=studio_id)
            found = connection.client.call(request, wire.ListVaultCopiesResponse).vaults
            told |= {each.vault: each for each in found}
    rows: list[dict[str, object]] = []
    first: dict[str, set[str]] = {}
    for each in everything:
        known = told.get(each.vault.name)
        row: dict[str, object] = {
            "name": each.vault.name,
            "role": each.role,
            "studio": each.named or None,
            "backups": None,
            "missing": None,
            "copiedAt": known and known.copied_at,
            "failingSince": known and known.failing_since,
            "message": known and known.message,
        }
        try:
            held = {stored.label.backup_id for stored in each.vault.backups()} if each.made else set()
        except VaultError as error:
            row["message"] = str(error)
        else:
            if each.role == "vault":
                first[each.path] = held
            lacking = None if each.role == "vault" or each.path not in first else len(first[each.path] - held)
            row |= {"backups": len(held), "missing": lacking}
        rows.append(row)
    if json:
        print_json(rows)
        return
    print_table(
        ("Vault", "Role", "Studio", "Backups", "Not yet copied", "Last whole", "Fails since", "Message"),
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
    """Check every studio's vault and its copies. Exit status 1: something is wrong; the backups that it hurt are named.

    Where a vault itself has hurt ones, the server reads every backup back at once, and marks and replaces those.
    """
    from greenroom.cli.doubt import raise_doubt
    from greenroom.cli.output import print_json, say
    from greenroom.vaults.base import VaultError
    from greenroom.vaults.examining import Examination

    found, away = [], set()
    for each in _there(data):
        try:
            found.append((each, each.vault.check(read_data=read_data)))
        except VaultError as error:
            found.append((each, Examination(str(error), ())))
            away.add(each.vault.name)
    if hurt := {name: why for each, seen in found if each.role == "vault" for name, why in seen.hurt}:
        raise_doubt(data, hurt, next(iter(hurt.values())))
    if json:
        print_json(
            [
                {
                    "name": each.vault.name,
                    "studio": each.named or None,
                    "sound": examination.sound,
                    "problem": examination.problem or None,
                    "hurt": [{"backupId": backup_id, "message": why} for backup_id, why in examination.hurt],
                }
                for each, examination in found
            ]
        )
    else:
        for each, examination in found:
            say(f"{each.vault.name}: {examination.problem or 'nothing is wrong'}")
            for backup_id, why in examination.hurt:
                say(f"  {backup_id} cannot be restored whole: {why}")
            if examination.problem and not examination.hurt and each.vault.name not in away:
                say("  Every backup can still be restored whole.")
    if not all(examination.sound for _each, examination in found):
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
    from greenroom.vaults.repository import Repository

    settings = _settings(data)
    place = f"restic:{Repository.at(repository.removeprefix('restic:')).location}"
    if " " in place:
        raise CommandError("The place of a copy cannot have blanks in its name. Take another.")
    if place in (settings.vault, *settings.vault_copies):
        raise CommandError(f"{Repository.at(repository).name} is a vault of this studio already.")
    settings_table.record(settings.data, {"vault_copies": " ".join((*settings.vault_copies, place))})
    name = f"restic:{Repository.at(place.removeprefix('restic:')).name}"
    _copy_all(data, name)
    say(f"{name} has every backup now.")
    note("A server that runs copies there from its next start on.")


@app.command("copy")
def copy_now(data: Data) -> None:
    """Bring the copies up to date now."""
    from greenroom.cli.failures import CommandError
    from greenroom.cli.output import say

    if not _settings(data).vault_copies:
        raise CommandError("This studio has one vault and no copies. Add one: greenroom vault add REPOSITORY")
    for copy in _copy_all(data):
        say(f"{copy.name} has every backup.")


@app.command("unlock")
def unlock(data: Data) -> None:
    """Remove locks whose holder is dead: ended on this machine, or silent for half an hour. Others stay."""
    from greenroom.cli.output import say

    for each in _one_after_the_other(_there(data), lambda each: each.vault.unlock()):
        say(f"{each.vault.name}: no lock of the dead is left.")


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
    from greenroom.cli.output import note, say
    from greenroom.server.parts import vault_of

    settings = _settings(data)
    if repository is not None:
        by_the_way = [
            vault_of(settings, each.path, repository=f"restic:{repository.removeprefix('restic:')}")
            for each in _every(data)
            if each.role == "vault"
        ]
        dropped = sum(vault.sweep_forgotten() for vault in by_the_way if vault is by_the_way[0] or vault.exists())
        say(f"{dropped} marked backups are gone, and their space is free.")
        return
    if settings.vault_append_only == "yes":
        raise CommandError(
            "This vault is append-only: nothing can be deleted by the way that the server uses. Give one by which it"
            " can: greenroom vault prune --repository REPOSITORY"
        )
    vaults = [each for each in _there(data) if each.role == "vault"]
    for each in _one_after_the_other(vaults, lambda each: each.vault.prune()):
        note(f"{each.vault.name}: done.")
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
    files, doubtful = 0, []
    for path in [each.path for each in _every(data) if each.role == "vault"]:
        vault = vault_of(settings, path, repository=f"restic:{place}")
        if (not path or vault.exists()) and (damaged := vault.mend()):
            files += damaged
            doubtful += [stored.label.backup_id for stored in vault.backups()]
    if not files:
        say("Nothing in the vault is damaged.")
        return
    raise_doubt(data, doubtful, f"{files} files were damaged.")
    say(f"{files} damaged or missing files of the vault were taken out; what could still be read of them was kept.")
    note("A server that runs reads every backup back now. A new backup of a session brings back what it has of them.")


@app.command("rotate-password")
def rotate_password(data: Data) -> None:
    """Give every studio's vault and its copies a new password, and close them to all others.

    Where it breaks off, give the command again. Keys that somebody was given for a studio's repository alone
    (`restic key add`) end with it, too.
    """
    from greenroom.cli.output import note, say
    from greenroom.vaults.steadiness import changing

    settings = _settings(data)
    with changing(settings.vault_password_file):
        # Looked for only here: what is made from now on waits, and has the new one.
        vault, *others = (each.vault for each in _there(data))
        gone = vault.rotate_password(others)
    say(f"{settings.vault_password_file} has a new password; {gone} other keys are gone.")
    note("Keep a copy of it elsewhere: without it no backup can be opened.")


def _copy_all(data: Path, place: str = "") -> "list[ResticVault]":
    """Copy everything of each studio to its copies, or to those at that place alone; which these are.

    Raises VaultError, also where some of it could not be copied: one's failure keeps no other from being copied.
    """
    from greenroom.vaults.base import VaultError

    sources = {each.path: each.vault for each in _there(data) if each.role == "vault"}

    def copy(each: _Held) -> None:
        if problems := each.vault.copy_from(sources[each.path]).problems:
            raise VaultError("\n".join(problems), reason="copy")

    copies = [each for each in _every(data) if each.role == "copy" and each.path in sources]
    wanted = [each for each in copies if place in ("", each.place)]
    return [each.vault for each in _one_after_the_other(wanted, copy)]


def _settings(data: Path) -> "Settings":
    from greenroom.cli import profile
    from greenroom.server.settings import Settings

    profile.read(data)
    return Settings.load(data)


def _every(data: Path) -> list[_Held]:
    """The vault of each studio, the founding one's first, and all copies of them; not all need to have been made."""
    from greenroom.server.house import open_house
    from greenroom.store import studios

    with open_house(_settings(data)) as house:
        with house.database.read() as connection:
            there = studios.every(connection)
        return [
            _Held(vault, role, place.founding.name, path, [studio for studio in there if studio.vault_path == path])
            for role, places in (("vault", [house.vaults]), ("copy", house.copies))
            for place in places
            for path, vault in place.every().items()
        ]


def _there(data: Path) -> list[_Held]:
    """Those that have been made."""
    return [each for each in _every(data) if each.made]


def _one_after_the_other(several: "Sequence[_Held]", act: "Callable[[_Held], None]") -> "Iterator[_Held]":
    """Each once that is done to it; one's failure keeps it from no other. Raises VaultError at the end."""
    from greenroom.vaults.base import VaultError

    problems: list[VaultError] = []
    for each in several:
        try:
            act(each)
        except VaultError as error:
            problems.append(error)
        else:
            yield each
    if problems:
        raise VaultError("\n".join(map(str, problems)), reason=problems[0].reason)
