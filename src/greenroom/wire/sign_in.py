"""What a browser asks for around signing in, declared as the API's operations are, for the audit and the manual.

These are not signed: a password, or the cookie that it brought, tells who calls.
"""

from collections.abc import Mapping
from typing import Annotated

from greenroom.wire.operations import Declaring, Operation, operation_map
from greenroom.wire.people import UserName, UserPersona
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import SensitiveString, String, Timestamp
from greenroom.wire.traits import Integer

PREFIX = "/auth"

Seconds = Annotated[int, Integer("Seconds", minimum=0, maximum=86_400)]


class SignedInUser(Shape):
    """Who is signed in."""

    arn: String
    persona: UserPersona
    principal_id: String
    user_name: UserName


class SignInRequest(Shape):
    """A name and its password."""

    password: SensitiveString
    user_name: String


class SignInResponse(Shape):
    """Who is signed in now."""

    user: SignedInUser


class SignInWithProviderRequest(Shape):
    """The provider, and whom it vouches for, once that is known."""

    provider: String
    subject: String | None = None


class SignInWithProviderResponse(Shape):
    """Who is signed in now."""

    user: SignedInUser


class ChangePasswordRequest(Shape):
    """The password, and the one to put in its place."""

    new_password: SensitiveString
    password: SensitiveString


class ChangePasswordResponse(Shape):
    """Who is signed in, by another sign-in than before."""

    user: SignedInUser


class SignOutRequest(Shape):
    """Nothing to say."""


class SignOutResponse(Shape):
    """Nothing."""


class GetCredentialsRequest(Shape):
    """Nothing to say."""


class GetCredentialsResponse(Shape):
    """A temporary key for the browser's own client of the API."""

    access_key_id: String
    expiration: Timestamp
    secret_access_key: SensitiveString
    session_token: SensitiveString


class BeginDeviceRequest(Shape):
    """Nothing to say."""


class BeginDeviceResponse(Shape):
    """The program's own code, what it shows to a person, and for how many seconds both hold."""

    device_code: SensitiveString
    expires_in: Seconds
    interval: Seconds
    user_code: String
    verification_uri: String


class ShowDeviceRequest(Shape):
    """The code that a program shows."""

    user_code: String


class ShowDeviceResponse(Shape):
    """Where the program asks from, and what it calls itself."""

    source_ip: String
    user_agent: String
    user_code: String


class ApproveDeviceRequest(Shape):
    """The code of the program that is to be signed in."""

    user_code: String


class ApproveDeviceResponse(Shape):
    """Nothing."""


class GetDeviceCredentialsRequest(Shape):
    """The program's own code."""

    device_code: SensitiveString


_page = Declaring(PREFIX, globals(), "signin")

SIGN_IN: Mapping[str, Operation] = operation_map(
    (
        _page("SignIn", "POST", "/sign-in", "Sign in by a password."),
        _page("SignInWithProvider", "GET", "/oidc/{provider}/callback", "Sign in by a provider of identities."),
        _page("SignOut", "POST", "/sign-out", "End the sign-in."),
        _page("GetCredentials", "POST", "/credentials", "Get a temporary key."),
        _page("BeginDevice", "POST", "/device", "Ask for a program to be signed in."),
        _page("ShowDevice", "POST", "/device/show", "Look at a program that asks to be signed in."),
        _page("ApproveDevice", "POST", "/device/approve", "Sign a program in as oneself."),
        _page(
            "GetDeviceCredentials",
            "POST",
            "/device/credentials",
            "Get the keys of a program that was signed in.",
            output=GetCredentialsResponse,
        ),
        _page("ChangePassword", "POST", "/password", "Change one's own password."),
    )
)
"""By name of the operation."""
