"""`greenroom session`: create, look at, enter, stop, start and delete sessions."""

from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import Data, Json, SessionId, Studio, Wait, complete_backup

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from greenroom.cli.connection import Connection
    from greenroom.wire import restores, shapes

app = typer.Typer(no_args_is_help=True, help="Sessions: where artists work.")

Tag = Annotated[list[str] | None, typer.Option("--tag", metavar="KEY=VALUE", help="A tag; may be repeated.")]


@app.command("list")
def list_sessions(
    data: Studio = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="PRINCIPAL_ID", help="Only this person's sessions.")
    ] = None,
    json: Json = False,
) -> None:
    """List sessions, newest first."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, print_table, show_time
    from greenroom.wire import shapes

    with connect(data) as connection:
        request = shapes.ListStreamingSessionsRequest(studio_id=connection.client.studio_id, owned_by=owner)
        pages = connection.client.pages(request, shapes.ListStreamingSessionsResponse)
        sessions = [session for page in pages for session in page.sessions or []]
    if json:
        print_json(sessions)
        return
    print_table(
        ("Session", "State", "Owner", "Created", "Message"),
        [
            (
                session.session_id or "",
                session.state or "",
                session.owned_by or "",
                show_time(session.created_at),
                session.status_message or "",
            )
            for session in sessions
        ],
        empty="No sessions yet: greenroom session create makes one.",
    )


@app.command("show")
def show_session(session_id: SessionId, data: Studio = None, json: Json = False) -> None:
    """Show a session: the API's record, what it was started from, and what can be undone."""
    from greenroom.cli.connection import connect
    from greenroom.wire import restores, shapes

    with connect(data) as connection:
        client = connection.client
        request = shapes.GetStreamingSessionRequest(studio_id=client.studio_id, session_id=session_id)
        session = client.call(request, shapes.GetStreamingSessionResponse).session
        more = restores.GetStreamingSessionDetailsRequest(studio_id=client.studio_id, session_id=session_id)
        details = client.call(more, restores.GetStreamingSessionDetailsResponse).details
    print_session(session, details, json=json)


@app.command("create")
def create_session(
    data: Studio = None,
    launch_profile_id: Annotated[
        str | None,
        typer.Argument(
            metavar="[LAUNCH_PROFILE_ID]",
            help="The launch profile; may be left out where the studio has one only.",
            show_default=False,
        ),
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="PRINCIPAL_ID", help="Whose session it is, if not yours.")
    ] = None,
    image: Annotated[
        str | None, typer.Option("--image", metavar="STREAMING_IMAGE_ID", help="Image, if not the profile's first.")
    ] = None,
    instance_type: Annotated[
        str | None, typer.Option("--instance-type", metavar="TYPE", help="Instance type, if not the profile's first.")
    ] = None,
    tag: Tag = None,
    wait: Wait = True,
    json: Json = False,
) -> None:
    """Create a session from a launch profile, and wait until it is READY."""
    from greenroom.cli.connection import connect
    from greenroom.wire import shapes

    with connect(data) as connection:
        client = connection.client
        request = shapes.CreateStreamingSessionRequest(
            studio_id=client.studio_id,
            launch_profile_id=launch_profile_id or _only_launch_profile(connection),
            owned_by=owner,
            streaming_image_id=image,
            ec2_instance_type=shapes.StreamingInstanceType(instance_type) if instance_type else None,
            tags=_read_tags(tag),
        )
        session = client.call(request, shapes.CreateStreamingSessionResponse).session
        finish(connection, data, session, shapes.StreamingSessionState.READY, wait=wait, json=json)


@app.command("start")
def start_session(
    session_id: SessionId,
    data: Studio = None,
    backup: Annotated[
        str | None,
        typer.Option(
            "--backup",
            metavar="BACKUP_ID",
            help="Start from this backup of the session.",
            autocompletion=complete_backup,
        ),
    ] = None,
    wait: Wait = True,
    json: Json = False,
) -> None:
    """Start a stopped session, from its volume or from one of its backups."""
    from greenroom.cli.connection import connect
    from greenroom.wire import shapes

    with connect(data) as connection:
        request = shapes.StartStreamingSessionRequest(
            studio_id=connection.client.studio_id, session_id=session_id, backup_id=backup
        )
        session = connection.client.call(request, shapes.StartStreamingSessionResponse).session
        finish(connection, data, session, shapes.StreamingSessionState.READY, wait=wait, json=json)


@app.command("stop")
def stop_session(
    session_id: SessionId,
    data: Studio = None,
    drop_volume: Annotated[
        bool,
        typer.Option(
            "--drop-volume", help="Drop the volume once the backup is READY; the next start comes from that backup."
        ),
    ] = False,
    wait: Wait = True,
    json: Json = False,
) -> None:
    """Stop a session; a backup of it is made where its launch profile says so."""
    from greenroom.cli.connection import connect
    from greenroom.wire import shapes

    with connect(data) as connection:
        request = shapes.StopStreamingSessionRequest(
            studio_id=connection.client.studio_id,
            session_id=session_id,
            volume_retention_mode=shapes.VolumeRetentionMode.DELETE if drop_volume else None,
        )
        session = connection.client.call(request, shapes.StopStreamingSessionResponse).session
        finish(connection, data, session, shapes.StreamingSessionState.STOPPED, wait=wait, json=json)


@app.command("delete")
def delete_session(session_id: SessionId, data: Studio = None, wait: Wait = True, json: Json = False) -> None:
    """End a session for good; its backups stay for a time."""
    from greenroom.cli.connection import connect
    from greenroom.wire import shapes

    with connect(data) as connection:
        request = shapes.DeleteStreamingSessionRequest(studio_id=connection.client.studio_id, session_id=session_id)
        session = connection.client.call(request, shapes.DeleteStreamingSessionResponse).session
        finish(connection, data, session, shapes.StreamingSessionState.DELETED, wait=wait, json=json)


@app.command("undo")
def undo_restore(
    session_id: SessionId,
    data: Studio = None,
    volume: Annotated[
        str | None,
        typer.Option(
            "--volume", metavar="VOLUME_ID", help="Which of its kept volumes, as `session show` lists them; the newest."
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Give a stopped session back the files that a restore had replaced. Undo again to have the restored ones."""
    from greenroom.cli.connection import connect
    from greenroom.wire import restores

    with connect(data) as connection:
        request = restores.UndoStreamingSessionRestoreRequest(
            studio_id=connection.client.studio_id, session_id=session_id, volume_id=volume
        )
        answer = connection.client.call(request, restores.UndoStreamingSessionRestoreResponse)
    print_session(answer.session, answer.details, json=json)


@app.command("logs")
def show_logs(session_id: SessionId, data: Studio = None, json: Json = False) -> None:
    """Show what a session's initialization scripts printed at its last start, and what it said since."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json
    from greenroom.wire import session_logs

    with connect(data) as connection:
        request = session_logs.GetStreamingSessionLogsRequest(
            studio_id=connection.client.studio_id, session_id=session_id
        )
        logs = connection.client.call(request, session_logs.GetStreamingSessionLogsResponse).logs
    if json:
        print_json(logs)
        return
    for title, text in (("initialization scripts", logs.initialization), ("session", logs.session)):
        if text:
            typer.echo(f"== {title} ==")
            typer.echo(text.rstrip("\n"))


@app.command("streams")
def list_streams(session_id: SessionId, data: Studio = None, json: Json = False) -> None:
    """List the streams by which a running session's desktop is seen, or may be: by a link that is still good."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, print_table, show_time
    from greenroom.wire import open_streams

    with connect(data) as connection:
        request = open_streams.ListOpenStreamsRequest(studio_id=connection.client.studio_id, session_id=session_id)
        pages = connection.client.pages(request, open_streams.ListOpenStreamsResponse)
        streams = [stream for page in pages for stream in page.streams]
    if json:
        print_json(streams)
        return
    print_table(
        ("Stream", "Asked for by", "Created", "Link good until", "Opened"),
        [
            (
                stream.stream_id,
                stream.created_by,
                show_time(stream.created_at),
                show_time(stream.expires_at),
                show_time(stream.opened_at),
            )
            for stream in streams
        ],
        empty="Nobody sees this session's desktop, and no link to it is good any more.",
    )


@app.command("revoke")
def revoke_stream(
    session_id: SessionId,
    stream_id: Annotated[
        str, typer.Argument(metavar="STREAM_ID", help="The stream, as `session streams` lists it.", show_default=False)
    ],
    data: Studio = None,
) -> None:
    """End one stream of a session, its link and whatever browser shows it; the session runs on."""
    from greenroom.cli.connection import connect
    from greenroom.wire import open_streams

    with connect(data) as connection:
        request = open_streams.RevokeStreamingSessionStreamRequest(
            studio_id=connection.client.studio_id, session_id=session_id, stream_id=stream_id
        )
        connection.client.call(request, open_streams.RevokeStreamingSessionStreamResponse)
    typer.echo(f"Stream {stream_id} is ended.")


@app.command("exec")
def execute(
    session_id: SessionId,
    command: Annotated[list[str], typer.Argument(metavar="-- COMMAND...", help="What to run.", show_default=False)],
    data: Data,
) -> None:
    """Run a command inside a session, as its user, in its home; output and exit status come through."""
    from greenroom.cli.inside import run_inside

    raise typer.Exit(run_inside(data, session_id, command))


def finish(
    connection: "Connection",
    data: "Path | None",
    session: "shapes.StreamingSession | None",
    wanted: "shapes.StreamingSessionState",
    *,
    wait: bool,
    json: bool,
) -> None:
    """Wait until the session is in the wanted state, where that is asked for, and show it."""
    connection.remark_if_not_served(data)
    if wait and connection.served and session is not None and session.session_id is not None:
        from greenroom.cli.waiting import wait_for_session

        session = wait_for_session(connection.client, session.session_id, wanted)
    print_session(session, None, json=json)


def _only_launch_profile(connection: "Connection") -> str:
    from greenroom.cli.failures import CommandError
    from greenroom.wire import shapes

    request = shapes.ListLaunchProfilesRequest(studio_id=connection.client.studio_id)
    pages = connection.client.pages(request, shapes.ListLaunchProfilesResponse)
    profiles = [profile for page in pages for profile in page.launch_profiles or []]
    if len(profiles) != 1:
        known = ", ".join(f"{profile.launch_profile_id} ({profile.name})" for profile in profiles) or "none"
        raise CommandError(f"Which launch profile? Give its id. The studio has: {known}.")
    return profiles[0].launch_profile_id or ""


def _read_tags(pairs: list[str] | None) -> dict[str, str] | None:
    if not pairs:
        return None
    tags = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise typer.BadParameter(f"{pair!r} has no =; write KEY=VALUE", param_hint="--tag")
        tags[key] = value
    return tags


def print_session(
    session: "shapes.StreamingSession | None",
    details: "restores.StreamingSessionDetails | None",
    *,
    json: bool,
) -> None:
    """A session's fields, with what is known beyond the API where that was asked for."""
    import msgspec

    from greenroom.cli.output import print_fields, print_json, show_time

    if json or session is None:
        print_json(msgspec.to_builtins(session) | ({"details": details} if details else {}) if session else None)
        return
    started_from = session.started_from_backup_id
    print_fields(
        (
            ("Session", session.session_id or ""),
            ("State", session.state or ""),
            ("Message", session.status_message or ""),
            ("Owner", session.owned_by or ""),
            ("Launch profile", session.launch_profile_id or ""),
            ("Image", session.streaming_image_id or ""),
            ("Instance type", session.ec2_instance_type or ""),
            ("Backups", f"{session.backup_mode}, {session.max_backups_to_retain} kept"),
            ("Created", show_time(session.created_at)),
            ("Started", show_time(session.started_at)),
            (
                "Started from",
                _origin(session, details) if details else f"backup {started_from}" if started_from else "",
            ),
            *(_known_beyond(details) if details else ()),
            ("Stopped", show_time(session.stopped_at)),
            ("Stops by itself", show_time(session.stop_at)),
            ("Ends by itself", show_time(session.terminate_at)),
            ("Tags", ", ".join(f"{key}={value}" for key, value in (session.tags or {}).items())),
        )
    )


def _origin(session: "shapes.StreamingSession", details: "restores.StreamingSessionDetails") -> str:
    return {
        "FRESH": "nothing: a fresh volume",
        "VOLUME": "its own files, as its stop left them",
        "BACKUP": f"backup {session.started_from_backup_id}",
        "UNDONE": "the files that a restore had replaced; the restore was undone",
    }[details.started_from]


def _known_beyond(details: "restores.StreamingSessionDetails") -> "Iterable[tuple[str, str]]":
    from greenroom.cli.output import show_time
    from greenroom.cli.waiting import show_progress

    if details.restore is not None:
        yield "Restore", show_progress(details.restore)
    if details.volume is not None:
        backup = f" (backup {details.volume.backup_id})" if details.volume.backup_id else ""
        yield "Volume", f"{details.volume.origin}{backup}, since {show_time(details.volume.since)}"
    for kept in details.kept_volumes:
        yield "Undo gives", f"volume {kept.volume_id}, kept until {show_time(kept.until)}"
    if details.last_proven_backup_id is not None:
        yield "Last proven", f"{details.last_proven_backup_id}, {show_time(details.last_proven_backup_at)}"
    if details.next_backup_due_at is not None:
        yield "Next backup", show_time(details.next_backup_due_at)
