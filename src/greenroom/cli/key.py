"""`greenroom key`: access keys for the API."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import Json, Studio, UserName

if TYPE_CHECKING:
    from pathlib import Path

    from greenroom.access.keys import NewAccessKey
    from greenroom.server.house import House
    from greenroom.wire.people import AccessKey

app = typer.Typer(no_args_is_help=True, help="Access keys for the API.")

AccessKeyId = Annotated[str, typer.Argument(metavar="ACCESS_KEY_ID", help="The key's id.", show_default=False)]


@app.command("create")
def create(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The user's name.", show_default=False)],
    data: Studio = None,
    label: Annotated[
        str, typer.Option("--name", metavar="TEXT", help="What the key is called, to know it again.")
    ] = "",
    expires_in: Annotated[
        str | None, typer.Option("--expires-in", metavar="TIME", help="How long it holds, such as 90d; else for ever.")
    ] = None,
    keep: Annotated[
        bool, typer.Option("--keep", help="Sign this command line's own requests with it from now on.")
    ] = False,
    json: Json = False,
) -> None:
    """Make a pair of keys for a user; the secret is shown this once."""
    from greenroom.cli.output import note, print_fields, print_json

    if data is None and keep:
        raise typer.BadParameter("only a data directory keeps a key: give --data", param_hint="--keep")
    expires_at = _end_of(expires_in) if expires_in is not None else None
    if data is not None:
        access_key_id, secret = _create_here(data, name, label, expires_at, keep=keep)
    else:
        access_key_id, secret = _create(name, label, expires_at)
    if json:
        print_json({"accessKeyId": access_key_id, "secretAccessKey": secret})
        return
    print_fields((("Access key id", access_key_id), ("Secret access key", secret)))
    note("The secret is not shown again: note it now.")


def _end_of(lifetime: str) -> datetime:
    from greenroom.server.setting_forms import UnreadableError, read_duration

    try:
        holds = read_duration(lifetime)
    except UnreadableError as error:
        raise typer.BadParameter(f"{lifetime!r}: {error}; write 90d or 12h", param_hint="--expires-in") from error
    if not holds:
        raise typer.BadParameter("a key that holds for no time signs nothing", param_hint="--expires-in")
    return datetime.now(UTC) + holds


def _create_here(data: "Path", name: str, label: str, expires_at: datetime | None, *, keep: bool) -> tuple[str, str]:
    """By the data directory itself: whoever has that needs no key, and may have lost the last one."""
    from greenroom.cli.connection import open_studio
    from greenroom.server.founding import create_key

    with open_studio(data) as house:
        key = create_key(house, name, label=label, expires_at=expires_at)
        if keep:
            _keep(house, key)
    return key.access_key_id, key.secret_access_key


def _create(name: str, label: str, expires_at: datetime | None) -> tuple[str, str]:
    from greenroom.cli.connection import connect
    from greenroom.wire import people

    with connect(None) as connection:
        request = people.CreateAccessKeyRequest(user_name=name, name=label or None, expires_at=expires_at)
        answer = connection.client.call(request, people.CreateAccessKeyResponse)
    return answer.access_key.access_key_id, answer.secret_access_key


def _keep(house: "House", key: "NewAccessKey") -> None:
    from greenroom.cli import profile
    from greenroom.store import studios

    with house.database.read() as connection:
        studio = studios.every(connection)[0]
    profile.write(
        house.settings.data,
        profile.Profile(
            access_key_id=key.access_key_id,
            secret_access_key=key.secret_access_key,
            region=studio.region,
            endpoint=house.settings.endpoint,
            studio_id=studio.studio_id,
        ),
    )


@app.command("list")
def list_keys(name: UserName, data: Studio = None, json: Json = False) -> None:
    """List a user's keys: name, last use, expiry."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.ListAccessKeysRequest(user_name=name)
        keys = connection.client.call(request, people.ListAccessKeysResponse).access_keys
    if json:
        print_json(keys)
    else:
        print_keys(keys)


@app.command("rotate")
def rotate(name: UserName, access_key_id: AccessKeyId, data: Studio = None, json: Json = False) -> None:
    """Make a new key in the place of one, which is switched off; the new secret is shown this once."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import note, print_fields, print_json
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.RotateAccessKeyRequest(user_name=name, access_key_id=access_key_id)
        answer = connection.client.call(request, people.RotateAccessKeyResponse)
    new_id, secret = answer.access_key.access_key_id, answer.secret_access_key
    if json:
        print_json({"accessKeyId": new_id, "secretAccessKey": secret})
        return
    print_fields((("Access key id", new_id), ("Secret access key", secret)))
    note(f"The secret is not shown again: note it now. {access_key_id} is switched off.")


@app.command("disable")
def disable(name: UserName, access_key_id: AccessKeyId, data: Studio = None) -> None:
    """Switch a key off: it signs nothing any more, at most a second from now on."""
    _set_status(name, access_key_id, data, "INACTIVE")


@app.command("enable")
def enable(name: UserName, access_key_id: AccessKeyId, data: Studio = None) -> None:
    """Switch a key on again."""
    _set_status(name, access_key_id, data, "ACTIVE")


@app.command("delete")
def delete(name: UserName, access_key_id: AccessKeyId, data: Studio = None) -> None:
    """Remove a key for good."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.DeleteAccessKeyRequest(user_name=name, access_key_id=access_key_id)
        connection.client.call(request, people.DeleteAccessKeyResponse)
    say(f"{access_key_id} is gone.")


def print_keys(keys: Sequence["AccessKey"]) -> None:
    """Keys as a table."""
    from greenroom.cli.output import print_table, show_time

    print_table(
        ("Access key id", "Name", "State", "Created", "Last used", "Expires"),
        [
            (
                key.access_key_id,
                key.name,
                key.status,
                show_time(key.created_at),
                show_time(key.last_used_at),
                show_time(key.expires_at),
            )
            for key in keys
        ],
        empty="No access keys.",
    )


def _set_status(name: str, access_key_id: str, data: Studio, status: str) -> None:
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.UpdateAccessKeyRequest(
            user_name=name, access_key_id=access_key_id, status=people.Status(status)
        )
        connection.client.call(request, people.UpdateAccessKeyResponse)
    say(f"{access_key_id} is {status}.")
