"""AWS STS, as far as it is answered here: its actions and their shapes. The protocol is AWS Query (server.sts)."""

from collections.abc import Mapping
from typing import Annotated

from greenroom.wire.operations import Operation
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import SensitiveString, String, StringList, Timestamp
from greenroom.wire.traits import Integer

SHORTEST, LONGEST, DEFAULT = 900, 129_600, 43_200
"""Seconds that a temporary key of GetSessionToken holds."""

SessionSeconds = Annotated[int, Integer("SessionSeconds", minimum=SHORTEST, maximum=43_200)]


class GetCallerIdentityRequest(Shape):
    """Nothing to say."""


class GetCallerIdentityResponse(Shape):
    """Who signed."""

    account: String
    arn: String
    user_id: String


class GetSessionTokenRequest(Shape):
    """How long the key shall hold."""

    duration_seconds: Annotated[int, Integer("DurationSeconds", minimum=SHORTEST, maximum=LONGEST)]


class GetSessionTokenResponse(Shape):
    """A temporary key."""

    access_key_id: String
    expiration: Timestamp
    secret_access_key: SensitiveString
    session_token: SensitiveString


class AssumeRoleRequest(Shape):
    """The role, a name for the session, how long it shall last, and what to cut it down to."""

    role_arn: String
    role_session_name: String
    duration_seconds: SessionSeconds | None = None
    policy: String | None = None
    policy_arns: StringList | None = None


class AssumedRoleUser(Shape):
    """Who one is by the role."""

    arn: String
    assumed_role_id: String


class AssumeRoleResponse(Shape):
    """A temporary key of the role's."""

    assumed_role_user: AssumedRoleUser
    credentials: GetSessionTokenResponse


class AssumeRoleWithWebIdentityRequest(Shape):
    """As AssumeRole, by a token of a provider of identities in the place of a signature."""

    role_arn: String
    role_session_name: String
    web_identity_token: SensitiveString
    duration_seconds: SessionSeconds | None = None
    policy: String | None = None
    policy_arns: StringList | None = None


class AssumeRoleWithWebIdentityResponse(Shape):
    """A temporary key of the role's, and for whom the token vouched."""

    assumed_role_user: AssumedRoleUser
    audience: String
    credentials: GetSessionTokenResponse
    provider: String
    subject_from_web_identity_token: String


ACTIONS: Mapping[str, Operation] = {
    operation.name: operation
    for operation in (
        Operation(
            name="GetCallerIdentity",
            method="GET",
            uri="/",
            input=GetCallerIdentityRequest,
            output=GetCallerIdentityResponse,
            documentation="Tell who signed the request.",
            service="sts",
        ),
        Operation(
            name="GetSessionToken",
            method="POST",
            uri="/",
            input=GetSessionTokenRequest,
            output=GetSessionTokenResponse,
            documentation="Get a temporary key for oneself.",
            service="sts",
        ),
        Operation(
            name="AssumeRole",
            method="POST",
            uri="/",
            input=AssumeRoleRequest,
            output=AssumeRoleResponse,
            documentation="Take on a role.",
            service="sts",
        ),
        Operation(
            name="AssumeRoleWithWebIdentity",
            method="POST",
            uri="/",
            input=AssumeRoleWithWebIdentityRequest,
            output=AssumeRoleWithWebIdentityResponse,
            documentation="Take on a role by a token of a provider of identities.",
            service="sts",
        ),
    )
}
