"""`greenroom role`: roles, that people and programs take on for a while."""

from pathlib import Path
from typing import Annotated

import typer

from greenroom.cli.options import Json, Studio

app = typer.Typer(no_args_is_help=True, help="Roles: policies that somebody takes on for a while.")

RoleName = Annotated[str, typer.Argument(metavar="ROLE", help="The role's name.", show_default=False)]
TrustFile = Annotated[
    Path | None,
    typer.Option("--trust", metavar="FILE", help="The trust policy: who may take it on.", exists=True, dir_okay=False),
]
Longest = Annotated[
    int | None,
    typer.Option("--max-session", metavar="SECONDS", help="How long its sessions may last, 3600 to 43200."),
]


@app.command("create")
def create(name: RoleName, data: Studio = None, trust: TrustFile = None, max_session: Longest = None) -> None:
    """Add a role; without a trust policy, whoever has a policy that lets them may take it on."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import roles

    document = trust.read_text(encoding="utf-8") if trust else TRUST_THE_ACCOUNT
    with connect(data) as connection:
        request = roles.CreateRoleRequest(role_name=name, trust_policy=document, max_session_duration=max_session)
        role = connection.client.call(request, roles.CreateRoleResponse).role
    say(f"{role.arn}: attach policies to it with `greenroom policy attach POLICY --role {name}`.")


@app.command("list")
def list_roles(data: Studio = None, json: Json = False) -> None:
    """List the roles."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, print_table
    from greenroom.wire import roles

    with connect(data) as connection:
        found = connection.client.call(roles.ListRolesRequest(), roles.ListRolesResponse).roles
    if json:
        print_json(found)
        return
    print_table(
        ("Role", "Policies", "Longest session", "ARN"),
        [(role.role_name, ", ".join(role.policies), f"{role.max_session_duration} s", role.arn) for role in found],
        empty="No roles.",
    )


@app.command("show")
def show(name: RoleName, data: Studio = None, json: Json = False) -> None:
    """Show a role and its trust policy."""
    import msgspec

    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_fields, print_json, say, show_time
    from greenroom.wire import roles

    with connect(data) as connection:
        role = connection.client.call(roles.GetRoleRequest(role_name=name), roles.GetRoleResponse).role
    if json:
        print_json(role)
        return
    print_fields(
        (
            ("Role", role.role_name),
            ("ARN", role.arn),
            ("Role id", role.role_id),
            ("Policies", ", ".join(role.policies)),
            ("Longest session", f"{role.max_session_duration} s"),
            ("Created", show_time(role.created_at)),
            ("Changed", show_time(role.updated_at)),
        )
    )
    say()
    print_json(msgspec.json.decode(role.trust_policy))


@app.command("update")
def update(name: RoleName, data: Studio = None, trust: TrustFile = None, max_session: Longest = None) -> None:
    """Change who may take a role on, or for how long."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import roles

    document = trust.read_text(encoding="utf-8") if trust else None
    with connect(data) as connection:
        request = roles.UpdateRoleRequest(role_name=name, trust_policy=document, max_session_duration=max_session)
        connection.client.call(request, roles.UpdateRoleResponse)
    say(f"The role {name} is changed.")


@app.command("end-sessions")
def end_sessions(name: RoleName, data: Studio = None) -> None:
    """End a role's sessions: their keys sign nothing any more, at most a second from now on."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import roles

    with connect(data) as connection:
        connection.client.call(roles.EndRoleSessionsRequest(role_name=name), roles.EndRoleSessionsResponse)
    say(f"The sessions of {name} are over.")


@app.command("delete")
def delete(name: RoleName, data: Studio = None) -> None:
    """Remove a role; its sessions end."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import roles

    with connect(data) as connection:
        connection.client.call(roles.DeleteRoleRequest(role_name=name), roles.DeleteRoleResponse)
    say(f"The role {name} is gone.")


TRUST_THE_ACCOUNT = """{
  "Version": "2012-10-17",
  "Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
}"""
"""Leaves it to the callers' own policies."""
