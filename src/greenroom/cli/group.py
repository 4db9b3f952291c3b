"""`greenroom group`: people who share policies."""

from typing import Annotated

import typer

from greenroom.cli.options import Json, Studio, UserName

app = typer.Typer(no_args_is_help=True, help="Groups of people, who share policies.")

GroupName = Annotated[str, typer.Argument(metavar="GROUP", help="The group's name.", show_default=False)]


@app.command("list")
def list_groups(data: Studio = None, json: Json = False) -> None:
    """List the groups with their people and policies."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, print_table
    from greenroom.wire import people

    with connect(data) as connection:
        groups = connection.client.call(people.ListGroupsRequest(), people.ListGroupsResponse).groups
    if json:
        print_json(groups)
        return
    print_table(
        ("Group", "People", "Policies"),
        [(group.group_name, ", ".join(group.users), ", ".join(group.policies)) for group in groups],
        empty="No groups yet.",
    )


@app.command("create")
def create(group: GroupName, data: Studio = None) -> None:
    """Add a group."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    with connect(data) as connection:
        connection.client.call(people.CreateGroupRequest(group_name=group), people.CreateGroupResponse)
    say(f"The group {group} is there.")


@app.command("delete")
def delete(group: GroupName, data: Studio = None) -> None:
    """Remove a group; its people stay, and lose what was attached to it."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    with connect(data) as connection:
        connection.client.call(people.DeleteGroupRequest(group_name=group), people.DeleteGroupResponse)
    say(f"The group {group} is gone.")


@app.command("add")
def add(group: GroupName, name: UserName, data: Studio = None) -> None:
    """Put a person into a group."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.AddUserToGroupRequest(group_name=group, user_name=name)
        connection.client.call(request, people.AddUserToGroupResponse)
    say(f"{name} is in {group}.")


@app.command("remove")
def remove(group: GroupName, name: UserName, data: Studio = None) -> None:
    """Take a person out of a group."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.RemoveUserFromGroupRequest(group_name=group, user_name=name)
        connection.client.call(request, people.RemoveUserFromGroupResponse)
    say(f"{name} is not in {group}.")
