"""`greenroom policy`: policies in IAM's language, whom they decide for, and what they say."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from greenroom.cli.options import Json, Studio, UserName

if TYPE_CHECKING:
    from greenroom.wire.people import SimulatePolicyResponse

app = typer.Typer(no_args_is_help=True, help="Policies in IAM's language: who may do what.")

PolicyName = Annotated[str, typer.Argument(metavar="POLICY", help="The policy's name.", show_default=False)]
ToUser = Annotated[str | None, typer.Option("--user", metavar="NAME", help="The user whom it decides for.")]
ToGroup = Annotated[str | None, typer.Option("--group", metavar="GROUP", help="The group that it decides for.")]
ToRole = Annotated[str | None, typer.Option("--role", metavar="ROLE", help="The role that it decides for.")]


@app.command("list")
def list_policies(data: Studio = None, json: Json = False) -> None:
    """List the policies: those that come with Greenroom, and the studio's own."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json, print_table, show_time
    from greenroom.wire import people

    with connect(data) as connection:
        policies = connection.client.call(people.ListPoliciesRequest(), people.ListPoliciesResponse).policies
    if json:
        print_json(policies)
        return
    print_table(
        ("Policy", "Origin", "Changed", "ARN"),
        [(policy.policy_name, policy.origin, show_time(policy.updated_at), policy.arn) for policy in policies],
    )


@app.command("show")
def show(policy: PolicyName, data: Studio = None, json: Json = False) -> None:
    """Print a policy's document, and on stderr what it is attached to."""
    import msgspec

    from greenroom.cli.connection import connect
    from greenroom.cli.output import note, print_json
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.GetPolicyRequest(policy_name=policy)
        found = connection.client.call(request, people.GetPolicyResponse).policy
    if json:
        print_json(found)
        return
    print_json(msgspec.json.decode(found.document or "{}"))
    note(f"Attached to: {', '.join(found.attached_to or []) or 'nothing'}")


@app.command("put")
def put(
    policy: PolicyName,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="The JSON document.", exists=True, dir_okay=False, show_default=False)
    ],
    data: Studio = None,
) -> None:
    """Write a policy from a file; one of that name is replaced, and decides anew within a second."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    with connect(data) as connection:
        request = people.PutPolicyRequest(policy_name=policy, document=file.read_text(encoding="utf-8"))
        connection.client.call(request, people.PutPolicyResponse)
    say(f"The policy {policy} is written.")


@app.command("delete")
def delete(policy: PolicyName, data: Studio = None) -> None:
    """Remove one of the studio's own policies that is attached to nothing."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    with connect(data) as connection:
        connection.client.call(people.DeletePolicyRequest(policy_name=policy), people.DeletePolicyResponse)
    say(f"The policy {policy} is gone.")


@app.command("attach")
def attach(
    policy: PolicyName, data: Studio = None, user: ToUser = None, group: ToGroup = None, role: ToRole = None
) -> None:
    """Let a policy decide for a user, a group or a role."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    kind, name = _target(user, group, role)
    with connect(data) as connection:
        request = people.AttachPolicyRequest(
            policy_name=policy, target_type=people.AttachmentTarget(kind), target_name=name
        )
        connection.client.call(request, people.AttachPolicyResponse)
    say(f"{policy} decides for the {kind} {name}.")


@app.command("detach")
def detach(
    policy: PolicyName, data: Studio = None, user: ToUser = None, group: ToGroup = None, role: ToRole = None
) -> None:
    """Let a policy decide for a user, a group or a role no longer."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import say
    from greenroom.wire import people

    kind, name = _target(user, group, role)
    with connect(data) as connection:
        request = people.DetachPolicyRequest(
            policy_name=policy, target_type=people.AttachmentTarget(kind), target_name=name
        )
        connection.client.call(request, people.DetachPolicyResponse)
    say(f"{policy} does not decide for the {kind} {name}.")


@app.command("simulate")
def simulate(
    name: UserName,
    action: Annotated[
        str, typer.Argument(metavar="ACTION", help="Such as nimble:StopStreamingSession.", show_default=False)
    ],
    data: Studio = None,
    resource: Annotated[str, typer.Option("--resource", metavar="ARN", help="What it would be done to.")] = "*",
    key: Annotated[
        list[str] | None,
        typer.Option("--key", metavar="KEY=VALUE", help="A condition key of the request; may be given repeatedly."),
    ] = None,
    json: Json = False,
) -> None:
    """Tell what a user's policies say to a request, statement by statement. Exit status 1 where they refuse it."""
    from greenroom.cli.connection import connect
    from greenroom.cli.output import print_json
    from greenroom.wire import people

    keys = dict(_pair(each) for each in key or ())
    with connect(data) as connection:
        request = people.SimulatePolicyRequest(
            user_name=name, action=action, resource=resource, condition_keys=keys or None
        )
        answer = connection.client.call(request, people.SimulatePolicyResponse)
    if json:
        print_json(answer)
    else:
        _print_explanation(answer)
    if answer.decision != "allowed":
        raise typer.Exit(1)


def _print_explanation(answer: "SimulatePolicyResponse") -> None:
    from greenroom.cli.output import print_table, say

    say(f"Decision: {answer.decision}")
    say()
    print_table(
        ("Statement", "Effect", "Verdict", "Conditions that fail"),
        [(each.statement, each.effect, each.verdict, "; ".join(each.failed_conditions)) for each in answer.statements],
    )


def _target(user: str | None, group: str | None, role: str | None) -> tuple[str, str]:
    given = [(kind, name) for kind, name in (("user", user), ("group", group), ("role", role)) if name is not None]
    if len(given) != 1:
        raise typer.BadParameter("say one of --user NAME, --group GROUP and --role ROLE")
    return given[0]


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"'{text}': write KEY=VALUE, such as nimble:ownedBy=…")
    return name, value
