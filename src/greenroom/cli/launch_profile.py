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


def _flatten(value: object, name: str = "") -> list[tuple[str, str]]:
    """Nested members as dotted names, lists of words in one line."""
    if isinstance(value, dict):
        return [pair for key, each in value.items() for pair in _flatten(each, f"{name}.{key}" if name else key)]
    if isinstance(value, list) and any(isinstance(each, dict | list) for each in value):
        return [pair for place, each in enumerate(value) for pair in _flatten(each, f"{name}[{place}]")]
    return [(name, ", ".join(map(str, value)) if isinstance(value, list) else str(value))]
