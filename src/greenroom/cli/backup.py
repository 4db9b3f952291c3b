"""`greenroom backup`: list, make, prove and look into backups."""

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli import backup_files
from greenroom.cli.options import BackupId, Data, Json, SessionId, Studio, Wait

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from greenroom.vaults.base import Vault
    from greenroom.wire import additions, shapes

app = typer.Typer(no_args_is_help=True, help="Backups: proven copies of what sessions hold.")


@app.command("list")
def list_backups(
    data: Studio = None,
    session: Annotated[
        str | None, typer.Option("--session", metavar="SESSION_ID", help="Only this session's backups.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="PRINCIPAL_ID", help="Only backups of this person's sessions.")
    ] = None,
    json: Json = False,
) -> None:
    """List backups, newest first."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json
    from greenroom.wire import additions, shapes
    from greenroom.wire.errors import AccessDeniedException

    with connect(data) as connection:
        request = shapes.ListStreamingSessionBackupsRequest(studio_id=connection.client.studio_id, owned_by=owner)
        pages = connection.client.pages(request, shapes.ListStreamingSessionBackupsResponse)
        # The API has no filter by session (facts sheet 1.1): its clients have always done it themselves.
        backups = [
            backup
            for page in pages
            for backup in page.streaming_session_backups or []
            if session in (None, backup.session_id)
        ]
        more = additions.ListStreamingSessionBackupDetailsRequest(
            studio_id=connection.client.studio_id, owned_by=owner, session_id=session
        )
        details: dict[str, additions.StreamingSessionBackupDetails] = {}
        with contextlib.suppress(AccessDeniedException):  # the listing may be allowed to somebody, and this not
            for found in connection.client.pages(more, additions.ListStreamingSessionBackupDetailsResponse):
                details |= {each.backup_id: each for each in found.details}
    if json:
        print_json([_with_details(backup, details.get(backup.backup_id or "")) for backup in backups])
    else:
        print_backups(backups, details)


@app.command("show")
def show_backup(backup_id: BackupId, data: Studio = None, json: Json = False) -> None:
    """Show a backup: the API's record, and what Greenroom knows beyond it."""
    from greenroom.cli.connection import connect
    from greenroom.wire import additions, shapes

    with connect(data) as connection:
        client = connection.client
        request = shapes.GetStreamingSessionBackupRequest(studio_id=client.studio_id, backup_id=backup_id)
        backup = client.call(request, shapes.GetStreamingSessionBackupResponse).streaming_session_backup
        more = additions.GetStreamingSessionBackupDetailsRequest(studio_id=client.studio_id, backup_id=backup_id)
        details = client.call(more, additions.GetStreamingSessionBackupDetailsResponse).details
    _print(backup, details, json=json)


@app.command("create")
def create_backup(
    session_id: SessionId,
    data: Studio = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why it is made.")] = None,
    wait: Wait = True,
    json: Json = False,
) -> None:
    """Back up a READY session now, and wait until the backup is proven."""
    from greenroom.cli.connection import connect
    from greenroom.wire import additions

    with connect(data) as connection:
        client = connection.client
        request = additions.CreateStreamingSessionBackupRequest(
            studio_id=client.studio_id, session_id=session_id, note=note
        )
        backup = client.call(request, additions.CreateStreamingSessionBackupResponse).streaming_session_backup
        connection.remark_if_not_served(data)
        if wait and connection.served and backup is not None and backup.backup_id is not None:
            from greenroom.cli.waiting import wait_for_backup

            backup = wait_for_backup(client, backup.backup_id)
    _print(backup, None, json=json)


@app.command("restore")
def restore_backup(
    backup_id: BackupId,
    data: Studio = None,
    launch_profile: Annotated[
        str | None,
        typer.Option("--launch-profile", metavar="LAUNCH_PROFILE_ID", help="Of the new session, if not the backup's."),
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="PRINCIPAL_ID", help="Of the new session, if not the backup's.")
    ] = None,
    wait: Wait = True,
    json: Json = False,
) -> None:
    """Make a new session from a backup, of a deleted session too, and wait until it is READY."""
    from greenroom.cli.connection import connect
    from greenroom.cli.session import finish
    from greenroom.wire import restores, shapes

    with connect(data) as connection:
        request = restores.RestoreStreamingSessionBackupRequest(
            studio_id=connection.client.studio_id,
            backup_id=backup_id,
            launch_profile_id=launch_profile,
            owned_by=owner,
        )
        session = connection.client.call(request, restores.RestoreStreamingSessionBackupResponse).session
        finish(connection, data, session, shapes.StreamingSessionState.READY, wait=wait, json=json)


@app.command("pin")
def pin_backup(backup_id: BackupId, data: Studio = None, json: Json = False) -> None:
    """Keep a backup until it is unpinned, whatever is rotated."""
    from greenroom.cli.connection import connect
    from greenroom.wire import retention

    with connect(data) as connection:
        request = retention.PinStreamingSessionBackupRequest(studio_id=connection.client.studio_id, backup_id=backup_id)
        answer = connection.client.call(request, retention.PinStreamingSessionBackupResponse)
    _print(answer.streaming_session_backup, None, json=json)


@app.command("unpin")
def unpin_backup(backup_id: BackupId, data: Studio = None, json: Json = False) -> None:
    """Let rotation take a backup again."""
    from greenroom.cli.connection import connect
    from greenroom.wire import retention

    with connect(data) as connection:
        request = retention.UnpinStreamingSessionBackupRequest(
            studio_id=connection.client.studio_id, backup_id=backup_id
        )
        answer = connection.client.call(request, retention.UnpinStreamingSessionBackupResponse)
    _print(answer.streaming_session_backup, None, json=json)


@app.command("undelete")
def undelete_backup(backup_id: BackupId, data: Studio = None, json: Json = False) -> None:
    """Have a backup back that rotation took, while its data is still there; it is pinned then."""
    from greenroom.cli.connection import connect
    from greenroom.wire import retention

    with connect(data) as connection:
        request = retention.UndeleteStreamingSessionBackupRequest(
            studio_id=connection.client.studio_id, backup_id=backup_id
        )
        answer = connection.client.call(request, retention.UndeleteStreamingSessionBackupResponse)
    _print(answer.streaming_session_backup, None, json=json)


@app.command("retention")
def show_retention(
    data: Studio = None,
    session: Annotated[
        str | None,
        typer.Option("--session", metavar="SESSION_ID", help="Show what would stay and go of this session; a dry run."),
    ] = None,
    launch_profile: Annotated[
        str | None,
        typer.Option("--launch-profile", metavar="LAUNCH_PROFILE_ID", help="Show or set this profile's policy."),
    ] = None,
    last: Annotated[int | None, typer.Option(min=0, metavar="N", help="Keep the newest N backups.")] = None,
    hourly: Annotated[int | None, typer.Option(min=0, metavar="N", help="Keep the newest of each of N hours.")] = None,
    daily: Annotated[int | None, typer.Option(min=0, metavar="N", help="Keep the newest of each of N days.")] = None,
    weekly: Annotated[int | None, typer.Option(min=0, metavar="N", help="Keep the newest of each of N weeks.")] = None,
    monthly: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="Keep the newest of each of N months.")
    ] = None,
    yearly: Annotated[int | None, typer.Option(min=0, metavar="N", help="Keep the newest of each of N years.")] = None,
    json: Json = False,
) -> None:
    """Show or set what is kept beyond maxBackupsToRetain: the newest N backups, or of the last N hours, days, ….

    With --session the numbers are tried and nothing is changed; with --launch-profile they are its policy from now on,
    and all 0 takes it away.
    """
    from greenroom.cli.connection import connect
    from greenroom.cli.retention import preview, set_or_show

    counts = {
        "last": last,
        "hourly": hourly,
        "daily": daily,
        "weekly": weekly,
        "monthly": monthly,
        "yearly": yearly,
    }
    if (session is None) is (launch_profile is None):
        raise typer.BadParameter("give one of --session and --launch-profile")
    with connect(data) as connection:
        if session is not None:
            preview(connection.client, session, counts, json=json)
        elif launch_profile is not None:
            set_or_show(connection.client, launch_profile, counts, json=json)


@app.command("verify")
def verify_backup(backup_id: BackupId, data: Data, json: Json = False) -> None:
    """Read a backup back from the vault, all of it. Exit status 0: it is proven; 1: it is broken, and how.

    Where it is broken, the server reads every backup back at once, and marks and replaces those that are.
    """
    from greenroom.cli.doubt import raise_doubt
    from greenroom.cli.output import print_json, say
    from greenroom.vaults.base import BackupBrokenError, BackupMissingError

    vault = _vault(data, backup_id)
    try:
        vault.verify(backup_id)
    except (BackupBrokenError, BackupMissingError) as error:
        raise_doubt(data, [backup_id], str(error))
        if json:
            print_json({"backupId": backup_id, "proven": False, "reason": error.reason, "message": str(error)})
            raise typer.Exit(1) from error
        raise
    if json:
        print_json({"backupId": backup_id, "proven": True})
    else:
        say(f"Backup {backup_id} was read back whole from {vault.name}: it is proven.")


app.command("files")(backup_files.list_files)
app.command("get")(backup_files.get_files)
app.command("restore-files")(backup_files.restore_files)
app.command("search")(backup_files.search_files)
app.command("diff")(backup_files.compare)


_MOMENTS = {
    "ATOMIC": "one moment, at rest",
    "CRASH_CONSISTENT": "one moment, in the middle of work",
    "BEST_EFFORT": "files of several moments",
}


def print_backups(
    backups: "Iterable[shapes.StreamingSessionBackup]",
    details: "Mapping[str, additions.StreamingSessionBackupDetails] | None" = None,
    *,
    title: str = "",
) -> None:
    """A table of backups, in the order given, with what `details` tells of them by their ids."""
    from greenroom.cli.output import print_table, show_bytes, show_time

    rows = []
    for backup in backups:
        more = (details or {}).get(backup.backup_id or "")
        known = () if details is None else ("", "")
        if more is not None:
            size = "" if more.size_bytes is None else show_bytes(more.size_bytes)
            known = (size, _MOMENTS.get(more.consistency or "", ""))
        rows.append(
            (
                backup.backup_id or "",
                backup.session_id or "",
                backup.state or "",
                show_time(backup.created_at),
                *known,
                backup.owned_by or "",
                backup.status_message or "",
            )
        )
    print_table(
        ("Backup", "Session", "State", "Created", *(() if details is None else ("Size", "Shows")), "Owner", "Message"),
        rows,
        title=title,
        empty="No backups yet: stopping a session makes one, where its launch profile says so.",
    )


def _vault(data: Path, backup_id: str) -> "Vault":
    """The vault of the backup's studio: what is in it can be read whether or not a server runs."""
    from greenroom.cli import profile
    from greenroom.server.house import open_house
    from greenroom.server.settings import Settings
    from greenroom.store import backups

    profile.read(data)
    with open_house(Settings.load(data)) as house:
        with house.database.read() as connection:
            backup = backups.get(connection, backup_id)
        return house.vaults.founding if backup is None else house.vaults.of(backup.studio_id)


def _print(
    backup: "shapes.StreamingSessionBackup | None",
    details: "additions.StreamingSessionBackupDetails | None",
    *,
    json: bool,
) -> None:
    from greenroom.cli.output import print_fields, print_json, show_time

    if json or backup is None:
        print_json(backup and _with_details(backup, details))
        return
    print_fields(
        (
            ("Backup", backup.backup_id or ""),
            ("State", backup.state or ""),
            ("Message", backup.status_message or ""),
            ("Session", backup.session_id or ""),
            ("Owner", backup.owned_by or ""),
            ("Launch profile", backup.launch_profile_id or ""),
            ("Created", show_time(backup.created_at)),
            *(_known_beyond(details) if details else ()),
            ("ARN", backup.arn or ""),
            ("Tags", ", ".join(f"{key}={value}" for key, value in (backup.tags or {}).items())),
        )
    )


def _with_details(
    backup: "shapes.StreamingSessionBackup", details: "additions.StreamingSessionBackupDetails | None"
) -> dict[str, object]:
    """The API's record, and what is known beyond it under `details`."""
    import msgspec

    return {**msgspec.to_builtins(backup), **({"details": details} if details else {})}


def _known_beyond(details: "additions.StreamingSessionBackupDetails") -> "Iterable[tuple[str, str]]":
    from greenroom.cli.output import show_bytes, show_time

    yield "Because of", details.cause
    yield "Note", details.note or ""
    if details.files is not None:
        yield "Holds", f"{details.files} files, {show_bytes(details.size_bytes or 0)}"
    if details.added_bytes is not None:
        yield "Added to the vault", show_bytes(details.added_bytes)
    if details.pinned_at is not None:
        yield "Pinned", f"{show_time(details.pinned_at)}, by {details.pinned_by}"
    if details.forget_at is not None:
        yield "Data goes", show_time(details.forget_at)
    if details.consistency is not None:
        yield "Shows", _MOMENTS[details.consistency]
    if details.quiesce_problem is not None:
        yield "At the snapshot", details.quiesce_problem
    yield "Proven", show_time(details.verified_at)
    if details.test_restored_at is not None:
        yield "Test-restored", show_time(details.test_restored_at)
    if details.test_restore_result:
        yield "Test restore", details.test_restore_result
    yield "In the vault", details.vault_snapshot or ""
    for copy in details.copies or ():
        yield "Copied", f"{copy.vault}, {show_time(copy.copied_at)}"
