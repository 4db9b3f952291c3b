"""`greenroom credentials`: temporary keys for the AWS CLI and SDKs, by their `credential_process`."""

from typing import TYPE_CHECKING, Annotated
from xml.etree import ElementTree

import typer

from greenroom.cli.failures import CommandError
from greenroom.cli.options import Studio

if TYPE_CHECKING:
    from greenroom.cli.client import Channel
    from greenroom.cli.profile import Profile

Role = Annotated[
    str | None, typer.Option("--role", metavar="ARN", help="The ARN of a role to take on; else it is for oneself.")
]
SessionName = Annotated[str, typer.Option("--session-name", metavar="NAME", help="What a role's session is called.")]
Seconds = Annotated[int | None, typer.Option("--duration", metavar="SECONDS", help="How long the keys shall hold.")]

_KEYS_ARE_NONE = frozenset({"ExpiredToken", "InvalidClientTokenId"})


class StsRefusedError(CommandError):
    """STS gives no keys."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code


def credentials(
    data: Studio = None, role: Role = None, session_name: SessionName = "greenroom", duration: Seconds = None
) -> None:
    """Print temporary keys as JSON, as `credential_process` in an AWS profile wants them.

    With --data, by the keys of that data directory; else by those that `greenroom login` got.
    """
    from greenroom.cli.connection import channel_to
    from greenroom.cli.output import print_json

    parameters = {"Action": "GetSessionToken", "Version": "2011-06-15"}
    if role is not None:
        parameters |= {"Action": "AssumeRole", "RoleArn": role, "RoleSessionName": session_name}
    if duration is not None:
        parameters["DurationSeconds"] = str(duration)
    if data is None:
        from greenroom.cli.login import kept

        login = kept()
        if role is None:
            print_json(login.as_process())
            return
        with login.channel() as channel:
            try:
                found = ask_sts(channel, login.profile(), parameters)
            except StsRefusedError as error:
                raise (login.over() if error.code in _KEYS_ARE_NONE else error) from error
    else:
        with channel_to(data) as (channel, profile):
            found = ask_sts(channel, profile, parameters)
    print_json(
        {
            "Version": 1,
            "AccessKeyId": found["AccessKeyId"],
            "SecretAccessKey": found["SecretAccessKey"],
            "SessionToken": found["SessionToken"],
            "Expiration": found["Expiration"],
        }
    )


def ask_sts(channel: "Channel", profile: "Profile", parameters: dict[str, str]) -> dict[str, str]:
    """All texts of the answer, by the names of their elements. Raises StsRefusedError."""
    from urllib.parse import urlencode

    from greenroom.cli.client import signed_headers

    body = urlencode(parameters).encode()
    headers = {"host": channel.host, "content-type": "application/x-www-form-urlencoded"}
    signed = signed_headers(profile, "POST", "/", headers, body, service="sts")
    answer = channel.exchange("POST", "/", signed, body)
    # The server's own answer, of its own address: nobody else's XML is read here.
    found = {
        element.tag.rpartition("}")[2]: element.text or ""
        for element in ElementTree.fromstring(answer.body).iter()  # noqa: S314
    }
    if answer.status >= 300:
        raise StsRefusedError(found.get("Code", str(answer.status)), found.get("Message", "refused"))
    return found
