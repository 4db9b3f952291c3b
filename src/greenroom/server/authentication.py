"""From a signed request to whose it is: long-term keys, and temporary ones with their session tokens."""

from collections.abc import MutableMapping
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from greenroom.access.keyring import Credential
from greenroom.access.session_tokens import Grounds, OnKey, OnRole, OnSignIn
from greenroom.server.audit.event import Call
from greenroom.server.house import House
from greenroom.studio.clock import is_to_come
from greenroom.wire.claims import Claim
from greenroom.wire.errors import ExpiredTokenException, UnrecognizedClientException
from greenroom.wire.signatures import SignedRequest, check_scope, read_claim, verify_signature
from greenroom.wire.sts import LONGEST

MAX_KEY_ID = 128
"""Characters of a claimed access key id that are recorded."""


class Authenticator:
    """Knows callers by their signatures for one service."""

    def __init__(self, house: House, service: str, later: Executor) -> None:
        """`later` carries out what nobody waits for."""
        self._house = house
        self._service = service
        self._later = later

    def authenticate(self, call: Call, scope: MutableMapping[str, Any], body: bytes) -> Credential:
        """The credential that signed the request. Raises the ApiError that tells why there is none."""
        signed = SignedRequest(
            method=scope["method"],
            raw_path=scope["raw_path"],
            query_string=scope["query_string"],
            headers=scope["headers"],
            body=body,
        )
        claim = read_claim(signed)
        call.access_key_id = claim.access_key_id[:MAX_KEY_ID]
        region, now = self._house.rules.region, self._house.clock()
        check_scope(claim, region=region, service=self._service, now=now)
        credential = self._credential(claim, now)
        verify_signature(signed, claim, credential.secret_access_key)
        if credential.temporary:
            return credential
        if self._house.keyring.use_is_news(credential, now):
            # Not here: a read may be answered in the event loop, which waits for no writer.
            self._later.submit(self._house.keyring.note_use, credential, now)
        return credential

    def _credential(self, claim: Claim, now: datetime) -> Credential:
        """Whose key the claim names; not yet that they signed."""
        if claim.session_token is None:
            return self._long_term(claim.access_key_id, now)
        token = self._house.session_tokens.open(claim.session_token, claim.access_key_id)
        if token is None:
            raise UnrecognizedClientException
        # None lasts longer than that: this one was issued in what is the future since the clock was set back.
        if token.expires_at <= now or is_to_come(token.expires_at - timedelta(seconds=LONGEST), now):
            raise ExpiredTokenException
        parent = self._standing(token.grounds, now)
        return replace(
            parent,
            secret_access_key=token.secret_access_key,
            access_key_id=claim.access_key_id,
            expires_at=token.expires_at,
            temporary=True,
            grounds=token.grounds,
        )

    def _standing(self, grounds: Grounds, now: datetime) -> Credential:
        """What a temporary key stands on, still there. Raises UnrecognizedClientException where it is not."""
        match grounds:
            case OnKey(access_key_id):
                return self._long_term(access_key_id, now)
            case OnSignIn(sign_in_id):
                return _valid(self._house.keyring.signed_in(sign_in_id), now)
            case OnRole(source=source):
                if source is not None:
                    self._standing(source, now)
                return _valid(self._house.role_sessions.credential(grounds), now)

    def _long_term(self, access_key_id: str, now: datetime) -> Credential:
        return _valid(self._house.keyring.credential(access_key_id), now)


def _valid(credential: Credential | None, now: datetime) -> Credential:
    if credential is None or (credential.expires_at is not None and credential.expires_at <= now):
        raise UnrecognizedClientException
    return credential
