"""`greenroom schedule`: when sessions start and stop by themselves."""

from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import Json, Studio

if TYPE_CHECKING:
    from greenroom.wire import schedules as wire

app = typer.Typer(no_args_is_help=True, help="Schedules: when sessions start and stop by themselves.")

Session = Annotated[str | None, typer.Option("--session", metavar="SESSION_ID", help="The schedule of this session.")]
Profile = Annotated[
    str | None,
    typer.Option(
        "--profile",
        metavar="LAUNCH_PROFILE_ID",
        help="The schedule of all sessions of this launch profile that have none of their own.",
    ),
]


@app.command("put")
def put_schedule(
    zone: Annotated[str, typer.Option("--zone", metavar="ZONE", help="IANA time zone, such as Europe/Berlin.")],
    data: Studio = None,
    session: Session = None,
    profile: Profile = None,
    start: Annotated[str | None, typer.Option("--start", metavar="HH:MM", help="Start then.")] = None,
    stop: Annotated[str | None, typer.Option("--stop", metavar="HH:MM", help="Stop then.")] = None,
    days: Annotated[
        str, typer.Option("--days", metavar="DAYS", help="Of mon,tue,wed,thu,fri,sat,sun.")
    ] = "mon,tue,wed,thu,fri",
    json: Json = False,
) -> None:
    """Have sessions start and stop at hours of weekdays."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json
    from greenroom.wire import schedules as wire

    kind, target = _target(session, profile)
    with connect(data) as connection:
        request = wire.PutScheduleRequest(
            studio_id=connection.client.studio_id,
            target_type=kind,
            target_id=target,
            start_at=start,
            stop_at=stop,
            time_zone=zone,
            weekdays=_weekdays(days),
        )
        schedule = connection.client.call(request, wire.PutScheduleResponse).schedule
    if json:
        print_json(schedule)
    elif schedule is not None:
        _print([schedule])


@app.command("show")
def show_schedule(data: Studio = None, session: Session = None, profile: Profile = None, json: Json = False) -> None:
    """Show a schedule."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json
    from greenroom.wire import schedules as wire

    kind, target = _target(session, profile)
    with connect(data) as connection:
        request = wire.GetScheduleRequest(studio_id=connection.client.studio_id, target_type=kind, target_id=target)
        schedule = connection.client.call(request, wire.GetScheduleResponse).schedule
    if json:
        print_json(schedule)
    elif schedule is not None:
        _print([schedule])


@app.command("list")
def list_schedules(
    data: Studio = None,
    owner: Annotated[
        str | None, typer.Option("--owner", metavar="PRINCIPAL_ID", help="Only those of this person's sessions.")
    ] = None,
    json: Json = False,
) -> None:
    """List schedules."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json
    from greenroom.wire import schedules as wire

    with connect(data) as connection:
        request = wire.ListSchedulesRequest(studio_id=connection.client.studio_id, owned_by=owner)
        pages = connection.client.pages(request, wire.ListSchedulesResponse)
        found = [schedule for page in pages for schedule in page.schedules or []]
    if json:
        print_json(found)
    else:
        _print(found)


@app.command("delete")
def delete_schedule(data: Studio = None, session: Session = None, profile: Profile = None) -> None:
    """Let sessions start and stop by hand alone."""
    from greenroom.cli.connection import connect
    from greenroom.wire import schedules as wire

    kind, target = _target(session, profile)
    with connect(data) as connection:
        request = wire.DeleteScheduleRequest(studio_id=connection.client.studio_id, target_type=kind, target_id=target)
        connection.client.call(request, wire.DeleteScheduleResponse)


def _target(session: str | None, profile: str | None) -> "tuple[wire.ScheduleTarget, str]":
    from greenroom.wire import schedules as wire

    if session and not profile:
        return wire.ScheduleTarget.SESSION, session
    if profile and not session:
        return wire.ScheduleTarget.LAUNCH_PROFILE, profile
    raise typer.BadParameter("give one of them", param_hint="--session or --profile")


def _weekdays(text: str) -> "list[wire.Weekday]":
    from greenroom.wire import schedules as wire

    by_name = {day.lower()[:3]: day for day in wire.Weekday}
    names = [name.strip().lower()[:3] for name in text.split(",") if name.strip()]
    if strange := next((name for name in names if name not in by_name), None):
        raise typer.BadParameter(f"{strange!r} is none of {','.join(by_name)}", param_hint="--days")
    return [day for name, day in by_name.items() if name in names]


def _print(found: "list[wire.Schedule]") -> None:
    from greenroom.cli.output import print_table, show_time

    print_table(
        ("Of", "Start", "Stop", "Days", "Time zone", "Next"),
        [
            (
                f"{each.target_type}/{each.target_id}",
                each.start_at or "",
                each.stop_at or "",
                ",".join(day.lower()[:3] for day in each.weekdays),
                each.time_zone,
                f"{each.next_action} {show_time(each.next_at)}" if each.next_action else "",
            )
            for each in found
        ],
        empty="No schedules yet: greenroom schedule put makes one.",
    )
