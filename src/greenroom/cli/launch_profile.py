"""`greenroom launch-profile`: what sessions are made from."""

from typing import Annotated

import typer

from greenroom.cli.options import Json, Studio

app = typer.Typer(no_args_is_help=True, help="Launch profiles: what sessions are made from.")


@app.command("list")
def list_launch_profiles(data: Studio = None, json: Json = False) -> None:
    """List the studio's launch profiles."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, print_table, show_time
    from greenroom.wire import shapes

    with connect(data) as connection:
        request = shapes.ListLaunchProfilesRequest(studio_id=connection.client.studio_id)
        pages = connection.client.pages(request, shapes.ListLaunchProfilesResponse)
        profiles = [profile for page in pages for profile in page.launch_profiles or []]
    if json:
        print_json(profiles)
        return
    print_table(
        ("Launch profile", "Name", "State", "Created"),
        [
            (
                profile.launch_profile_id or "",
                profile.name or "",
                profile.state or "",
                show_time(profile.created_at),
            )
            for profile in profiles
        ],
        empty="No launch profiles yet.",
    )


@app.command("show")
def show_launch_profile(
    launch_profile_id: Annotated[
        str, typer.Argument(metavar="LAUNCH_PROFILE_ID", help="The launch profile's id.", show_default=False)
    ],
    data: Studio = None,
    json: Json = False,
) -> None:
    """Show a launch profile with all its settings."""
    import msgspec

    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_fields, print_json
    from greenroom.wire import shapes

    with connect(data) as connection:
        request = shapes.GetLaunchProfileRequest(
            studio_id=connection.client.studio_id, launch_profile_id=launch_profile_id
        )
        profile = connection.client.call(request, shapes.GetLaunchProfileResponse).launch_profile
    if json:
        print_json(profile)
    else:
        print_fields(_flatten(msgspec.to_builtins(profile)))


@app.command("idle-stop")
def idle_stop(
    launch_profile_id: Annotated[
        str, typer.Argument(metavar="LAUNCH_PROFILE_ID", help="The launch profile's id.", show_default=False)
    ],
    data: Studio = None,
    after: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION",
            help="Stop its sessions after that long without use: 90m, 2h; never; or default, as the setting idle_stop "
            "has it. Without this: show what counts.",
            show_default=False,
        ),
    ] = None,
    json: Json = False,
) -> None:
    """Have a launch profile's sessions stop, with their backup, when nobody uses them."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, say
    from greenroom.wire import idle_stops

    with connect(data) as connection:
        named = {"studio_id": connection.client.studio_id, "launch_profile_id": launch_profile_id}
        if after is None:
            asked = idle_stops.GetLaunchProfileIdleStopRequest(**named)
            found = connection.client.call(asked, idle_stops.GetLaunchProfileIdleStopResponse).idle_stop
        else:
            wanted = idle_stops.PutLaunchProfileIdleStopRequest(**named, minutes=_minutes(after))
            found = connection.client.call(wanted, idle_stops.PutLaunchProfileIdleStopResponse).idle_stop
    if json:
        print_json(found)
    elif found is None:
        say("The setting idle_stop counts: this launch profile has nothing of its own.")
    elif found.minutes:
        say(f"Sessions of this launch profile stop after {found.minutes} minutes without use.")
    else:
        say("Sessions of this launch profile never stop because nobody uses them.")


def _minutes(after: str) -> int | None:
    """What the option says; None: as the setting has it."""
    from datetime import timedelta

    from greenroom.server.setting_forms import UnreadableError, read_duration

    if after in ("default", "never"):
        return None if after == "default" else 0
    try:
        length = read_duration(after)
    except UnreadableError as error:
        raise typer.BadParameter(f"{after!r}: {error}", param_hint="--after") from None
    minutes = -(-length // timedelta(minutes=1))
    if not minutes:
        raise typer.BadParameter("use never", param_hint="--after")
    return minutes


def _flatten(value: object, name: str = "") -> list[tuple[str, str]]:
    """Nested members as dotted names, lists of words in one line."""
    if isinstance(value, dict):
        return [pair for key, each in value.items() for pair in _flatten(each, f"{name}.{key}" if name else key)]
    if isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        return [pair for place, each in enumerate(value) for pair in _flatten(each, f"{name}[{place}]")]
    return [(name, ", ".join(map(str, value)) if isinstance(value, list) else str(value))]
