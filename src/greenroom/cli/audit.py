"""`greenroom audit`: who did what, and whether its record was tampered with."""

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from greenroom.cli.options import Data, Json

app = typer.Typer(no_args_is_help=True, help="Who did what in the studio, and whether anybody changed the record.")


@app.command("list")
def list_events(
    data: Data,
    user: Annotated[str | None, typer.Option("--user", metavar="NAME", help="Only calls of this user.")] = None,
    event: Annotated[
        str | None, typer.Option("--event", metavar="NAME", help="Only this operation, such as StartStreamingSession.")
    ] = None,
    resource: Annotated[
        str | None, typer.Option("--resource", metavar="TEXT", help="Only calls on ARNs that contain this.")
    ] = None,
    refused: Annotated[bool, typer.Option("--refused", help="Only calls that ended in an error.")] = False,
    since: Annotated[
        datetime | None, typer.Option("--since", metavar="TIME", help="Only calls from then on (UTC, ISO 8601).")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, metavar="N", help="How many at most.")] = 50,
    json: Json = False,
) -> None:
    """List calls, newest first."""
    from greenroom.cli.output import print_json, print_table
    from greenroom.server.audit.reading import events

    earliest = f"{since.astimezone(UTC) if since.tzinfo else since:%Y-%m-%dT%H:%M:%SZ}" if since else ""
    found: list[dict[str, Any]] = []
    for each in events(_directory(data)):
        if len(found) == limit or each["eventTime"] < earliest:
            break
        if (
            user in (None, each["userIdentity"].get("userName"))
            and event in (None, each["eventName"])
            and (resource is None or any(resource in one["ARN"] for one in each.get("resources") or ()))
            and (not refused or "errorCode" in each)
        ):
            found.append(each)
    if json:
        print_json(found)
        return
    print_table(("Time", "Who", "What", "On", "From", "Answer", "By"), map(_row, found), empty="No such calls.")


@app.command("verify")
def verify(
    data: Data,
    contains: Annotated[
        str | None,
        typer.Option("--contains", metavar="HASH", help="A head that was printed earlier: it must be there."),
    ] = None,
    json: Json = False,
) -> None:
    """Follow the chain of records. Exit status 1 where one was changed, moved, taken out or put in.

    Note the head somewhere else, and give it to a later verification: who can write the files can make up a whole
    new chain, but not one that leads through a head that you know.
    """
    from greenroom.cli.output import complain, print_fields, print_json
    from greenroom.server.audit.reading import verify as follow

    found = follow(_directory(data), contains)
    if json:
        print_json(
            {
                "holds": found.holds,
                "records": found.records,
                "first": found.first,
                "last": found.last,
                "head": found.head,
                "torn": [str(place) for place in found.torn],
                "broken": found.broken,
                "contains": found.contains,
            }
        )
    else:
        print_fields(
            (
                ("Records", f"{found.records} ({found.first} to {found.last})" if found.records else "none"),
                ("Head", found.head),
                ("Cut off by a crash", ", ".join(map(str, found.torn))),
            )
        )
        if found.broken:
            complain(f"The chain is broken: {found.broken}.")
        if found.contains is False:
            complain(f"No record has the hash {contains}: records that once were there are gone.")
    if not found.holds:
        raise typer.Exit(1)


def _directory(data: Data) -> Any:
    from greenroom.cli import profile
    from greenroom.server.house import AUDIT

    profile.read(data)
    return data / AUDIT


def _row(event: dict[str, Any]) -> tuple[str, ...]:
    identity = event["userIdentity"]
    decided = event.get("additionalEventData", {})
    return (
        event["eventTime"],
        identity.get("userName") or identity.get("accessKeyId") or identity["type"],
        event["eventName"],
        ", ".join(one["ARN"].rsplit(":", 1)[-1] for one in event.get("resources") or ()),
        event.get("sourceIPAddress", ""),
        event.get("errorCode", "ok"),
        ", ".join(decided.get("statements", ())) or decided.get("decision", ""),
    )
