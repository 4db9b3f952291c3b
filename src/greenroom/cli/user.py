"""`greenroom user`: the people of the studio."""

from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import Json, Studio, UserName

if TYPE_CHECKING:
    from pathlib import Path

app = typer.Typer(no_args_is_help=True, help="People of the studio.")


@app.command("add")
def add(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name to sign in with.", show_default=False)],
    data: Studio = None,
    admin: Annotated[bool, typer.Option("--admin", help="Make this person an administrator.")] = False,
    json: Json = False,
) -> None:
    """Add a person, with a new password that is shown this once."""
    from greenroom.cli.output import note, print_fields, print_json

    principal_id, password = _add_here(data, name, admin) if data is not None else _add(name, admin)
    if json:
        print_json({"username": name, "password": password, "principalId": principal_id})
        return
    print_fields((("User", name), ("Password", password), ("Principal id", principal_id)))
    note("The password is not kept in a readable form: note it now.")


@app.command("list")
def list_users(data: Studio = None, json: Json = False) -> None:
    """List the people of the studio."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, print_table
    from greenroom.wire import people

    with connect(data) as connection:
        users = connection.client.call(people.ListUsersRequest(), people.ListUsersResponse).users
    if json:
        print_json(users)
        return
    print_table(
        ("User", "Persona", "State", "Groups", "Policies", "Principal id"),
        [
            (
                user.user_name,
                user.persona,
                user.status,
                ", ".join(user.groups),
                ", ".join(user.policies),
                user.principal_id,
            )
            for user in users
        ],
    )


@app.command("show")
def show(name: UserName, data: Studio = None, json: Json = False) -> None:
    """Show a person: groups, policies, keys."""
    from greenroom.cli.connection import connect
    from greenroom.cli.key import print_keys
    from greenroom.cli.output import print_fields, print_json, say, show_time
    from greenroom.wire import people

    with connect(data) as connection:
        client = connection.client
        user = client.call(people.GetUserRequest(user_name=name), people.GetUserResponse).user
        keys = client.call(people.ListAccessKeysRequest(user_name=name), people.ListAccessKeysResponse).access_keys
    if json:
        print_json({"user": user, "accessKeys": keys})
        return
    print_fields(
        (
            ("User", user.user_name),
            ("Principal id", user.principal_id),
            ("Persona", user.persona),
            ("State", user.status),
            ("Created", show_time(user.created_at)),
            ("Groups", ", ".join(user.groups)),
            ("Policies", ", ".join(user.policies)),
        )
    )
    say()
    print_keys(keys)


@app.command("disable")
def disable(name: UserName, data: Studio = None) -> None:
    """Shut a person out: no key of theirs signs and they cannot sign in. What is theirs stays."""
    _set_status(name, data, "INACTIVE")


@app.command("enable")
def enable(name: UserName, data: Studio = None) -> None:
    """Let a person in again."""
    _set_status(name, data, "ACTIVE")


@app.command("reset-password")
def reset_password(name: UserName, data: Studio = None, json: Json = False) -> None:
    """Give a person a new password, which is shown this once."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import note, print_fields, print_json
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.ResetUserPasswordRequest(user_name=name)
        answer = connection.client.call(request, people.ResetUserPasswordResponse)
    if json:
        print_json({"username": name, "password": answer.password})
        return
    print_fields((("User", name), ("Password", answer.password)))
    note("The password is not kept in a readable form: note it now.")


@app.command("sign-out")
def sign_out(name: UserName, data: Studio = None) -> None:
    """End a person's sign-ins in all browsers, and the temporary keys that those have."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.SignOutUserRequest(user_name=name)
        ended = connection.client.call(request, people.SignOutUserResponse).ended
    say(f"{name} is signed out: {ended} sign-in{'' if ended == 1 else 's'} ended.")


def _add_here(data: "Path", name: str, admin: bool) -> tuple[str, str]:
    """By the data directory itself: whoever has that needs no key, and may have lost the last one."""
    from greenroom.cli.connection import open_studio
    from greenroom.server.founding import add_user

    with open_studio(data) as house:
        user = add_user(house, name, administrator=admin)
    return user.principal_id, user.password


def _add(name: str, admin: bool) -> tuple[str, str]:
    from greenroom.cli.connection import connect
    from greenroom.wire import people

    persona = people.UserPersona.ADMINISTRATOR if admin else people.UserPersona.USER
    with connect(None) as connection:
        request = people.CreateUserRequest(user_name=name, persona=persona)
        answer = connection.client.call(request, people.CreateUserResponse)
    return answer.user.principal_id, answer.password


def _set_status(name: str, data: Studio, status: str) -> None:
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.UpdateUserRequest(user_name=name, status=people.Status(status))
        connection.client.call(request, people.UpdateUserResponse)
    say(f"{name} is {status}.")
