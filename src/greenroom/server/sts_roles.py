"""Taking on a role: by a signature, or by a token of a provider of identities."""

from collections.abc import Mapping
from datetime import timedelta

import structlog

from greenroom.access.authorise import AccessDenied
from greenroom.access.keyring import Credential
from greenroom.access.managed import MANAGED_POLICIES, managed_policy_arn
from greenroom.access.policies import PolicyError, parse_policy
from greenroom.access.policies.trust import Caller
from greenroom.access.principals import policy_arn, provider_arn, role_arn, role_session_arn
from greenroom.access.roles import ASSUME_WITH_IDENTITY, check_assume, trust_policy
from greenroom.access.session_tokens import OnKey, OnRole, OnSignIn, TemporaryKey
from greenroom.server.audit.event import Call
from greenroom.server.house import House
from greenroom.server.identity_providers import OidcProvider
from greenroom.store import people, roles
from greenroom.studio.identities import groups_of
from greenroom.studio.roles import SESSION_NAME, SHORTEST_SESSION, USUAL_SESSION, Role
from greenroom.wire.errors import (
    AccessDeniedException,
    InternalServerErrorException,
    InvalidIdentityTokenException,
    ValidationException,
)
from greenroom.wire.sts import (
    AssumedRoleUser,
    AssumeRoleRequest,
    AssumeRoleResponse,
    AssumeRoleWithWebIdentityRequest,
    AssumeRoleWithWebIdentityResponse,
    GetSessionTokenResponse,
)

log = structlog.get_logger("greenroom.sts")

LONGEST_SESSION_POLICY = 2048
"""Characters, as in the original: it travels with each request."""
MOST_POLICY_ARNS = 10
Parameters = Mapping[str, str]
Within = tuple[str | None, tuple[str, ...]]
"""What a session is cut down to: a document, and policies by name."""


def assume_role(house: House, call: Call, credential: Credential, parameters: Parameters) -> None:
    """Answer AssumeRole. Raises ApiError."""
    principal, account = credential.principal, house.rules.account_id
    request = call.request = AssumeRoleRequest(
        role_arn=parameters.get("RoleArn", "")[:2048],
        role_session_name=parameters.get("RoleSessionName", "")[:64],
        policy=parameters.get("Policy"),
        policy_arns=_policy_arns(parameters) or None,
    )
    role = _role(house, request.role_arn)
    try:
        check_assume(
            principal,
            role.trust_policy if role else None,
            request.role_arn,
            {**call.origin.condition_keys(), "sts:RoleSessionName": request.role_session_name},
            now=call.at,
        )
    except AccessDenied as denied:
        raise AccessDeniedException(denied.message) from denied
    assert role is not None  # noqa: S101  none is refused above
    session_name = _session_name(request.role_session_name)
    chained = isinstance(credential.grounds, OnRole)
    seconds = _seconds(parameters, USUAL_SESSION if chained else role.max_session_seconds)
    policy, names = _within(house, parameters)
    source: OnKey | OnSignIn | None
    match credential.grounds:
        case OnRole(source=earlier):
            source = earlier
        case None:
            source = OnKey(credential.access_key_id)
        case OnKey() | OnSignIn() as grounds:
            source = grounds
    key = _issue(house, call, OnRole(role.role_id, session_name, source, _now(call), policy, names), seconds)
    request.duration_seconds = seconds
    call.response = AssumeRoleResponse(assumed_role_user=_user(account, role, session_name), credentials=issued(key))


def assume_role_with_web_identity(house: House, call: Call, parameters: Parameters) -> None:
    """Answer AssumeRoleWithWebIdentity, which is not signed. Raises ApiError."""
    account, token = house.rules.account_id, parameters.get("WebIdentityToken", "")
    request = call.request = AssumeRoleWithWebIdentityRequest(
        role_arn=parameters.get("RoleArn", "")[:2048],
        role_session_name=parameters.get("RoleSessionName", "")[:64],
        web_identity_token=token,
        policy=parameters.get("Policy"),
        policy_arns=_policy_arns(parameters) or None,
    )
    settings, claims = _claims(house, token)
    role = _role(house, request.role_arn)
    name = settings.issuer.partition("://")[2]
    subject, audience = str(claims["sub"]), _audience(claims)
    keys = {
        **{key.lower(): value for key, value in call.origin.condition_keys().items()},
        f"{name}:sub".lower(): subject,
        f"{name}:aud".lower(): audience,
        f"{name}:groups".lower(): tuple(sorted(groups_of(claims, settings.groups_claim))),
        "sts:rolesessionname": request.role_session_name,
    }
    caller = Caller(frozenset({provider_arn(account, settings.issuer)}), account_id=None)
    leave = "none"
    if role is not None:
        leave = trust_policy(role.trust_policy).leave(caller, ASSUME_WITH_IDENTITY, request.role_arn, keys)
    if role is None or leave != "granted":
        raise AccessDeniedException(f"Not authorized to perform {ASSUME_WITH_IDENTITY}")
    session_name = _session_name(request.role_session_name)
    seconds = _seconds(parameters, role.max_session_seconds)
    policy, names = _within(house, parameters)
    key = _issue(house, call, OnRole(role.role_id, session_name, None, _now(call), policy, names), seconds)
    request.duration_seconds = seconds
    call.response = AssumeRoleWithWebIdentityResponse(
        assumed_role_user=_user(account, role, session_name),
        audience=audience,
        credentials=issued(key),
        provider=name,
        subject_from_web_identity_token=subject,
    )


def issued(key: TemporaryKey) -> GetSessionTokenResponse:
    """A temporary key as it is told."""
    return GetSessionTokenResponse(
        access_key_id=key.access_key_id,
        expiration=key.expires_at,
        secret_access_key=key.secret_access_key,
        session_token=key.session_token,
    )


def _issue(house: House, call: Call, grounds: OnRole, seconds: int) -> TemporaryKey:
    if call.principal is None:
        # Whom a provider vouches for is nobody until they have the role.
        credential = house.role_sessions.credential(grounds)
        call.principal = credential.principal if credential else None
    return house.session_tokens.issue(grounds, now=call.at, duration=timedelta(seconds=seconds))


def _claims(house: House, token: str) -> tuple[OidcProvider, Mapping[str, object]]:
    """Whose token it is and what it says. Raises InvalidIdentityTokenException, InternalServerErrorException."""
    from greenroom.server.sign_in.fetching import ProviderUnavailableError
    from greenroom.server.sign_in.provider import issuer_of
    from greenroom.server.sign_in.refusals import TokenRefused

    issuer = issuer_of(token)
    # One issuer may be set up under several names, each for other audiences.
    providers = [each for each in house.identity_providers.values() if each.settings.issuer == issuer]
    if not providers:
        raise InvalidIdentityTokenException("No OpenIDConnect provider found in your account for the token's issuer.")
    for provider in providers:
        settings = provider.settings
        try:
            return settings, provider.claims(token, audiences=(settings.client_id, *settings.audiences))
        except TokenRefused as error:
            log.info("token-refused", provider=provider.name, reason=str(error))
        except ProviderUnavailableError as error:
            log.warning("provider-unavailable", provider=provider.name, reason=str(error))
            raise InternalServerErrorException("The provider of identities cannot be reached. Try again.") from error
    raise InvalidIdentityTokenException


def _audience(claims: Mapping[str, object]) -> str:
    audience = claims["aud"]
    return str(audience[0]) if isinstance(audience, list) else str(audience)


def _role(house: House, arn: str) -> Role | None:
    name = arn.rpartition("/")[2]
    if arn != role_arn(house.rules.account_id, name):
        return None
    with house.database.read() as connection:
        return roles.named(connection, name)


def _user(account: str, role: Role, session_name: str) -> AssumedRoleUser:
    return AssumedRoleUser(
        arn=role_session_arn(account, role.role_name, session_name), assumed_role_id=f"{role.role_id}:{session_name}"
    )


def _now(call: Call) -> int:
    return int(call.at.timestamp() * 1_000_000)


def _session_name(text: str) -> str:
    if not SESSION_NAME.fullmatch(text):
        raise ValidationException("RoleSessionName must have 2 to 64 letters, digits and +=,.@_-")
    return text


def _seconds(parameters: Parameters, most: int) -> int:
    text = parameters.get("DurationSeconds", str(USUAL_SESSION))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and SHORTEST_SESSION <= int(text) <= most):
        raise ValidationException(f"DurationSeconds must be a whole number from {SHORTEST_SESSION} to {most}.")
    return int(text)


def _policy_arns(parameters: Parameters) -> list[str]:
    return [
        value
        for name, value in parameters.items()
        if name.startswith("PolicyArns.member.") and name.endswith(".arn") and value
    ]


def _within(house: House, parameters: Parameters) -> Within:
    """What the session is to be cut down to. Raises ValidationException."""
    policy = parameters.get("Policy")
    if policy is not None:
        if len(policy) > LONGEST_SESSION_POLICY:
            raise ValidationException(f"Policy: a session policy has at most {LONGEST_SESSION_POLICY} characters.")
        try:
            parse_policy(policy, name="session policy")
        except PolicyError as error:
            raise ValidationException(f"Policy: {error}.", code="MALFORMED_POLICY_DOCUMENT") from error
    arns = _policy_arns(parameters)
    if len(arns) > MOST_POLICY_ARNS:
        raise ValidationException(f"PolicyArns: at most {MOST_POLICY_ARNS}.")
    names = []
    with house.database.read() as connection:
        for arn in arns:
            name = arn.rpartition("/")[2]
            own = arn == policy_arn(house.rules.account_id, name) and people.policy(connection, name) is not None
            if not own and not (name in MANAGED_POLICIES and arn == managed_policy_arn(name)):
                raise ValidationException(f"PolicyArns: there is no policy {arn[:300]}.")
            names.append(name)
    return policy, tuple(names)
