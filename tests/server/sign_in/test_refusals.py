"""Requests that a page of another site may have had a browser send are refused, and how."""

from contextlib import nullcontext

import msgspec
import pytest
from starlette.requests import Request

from greenroom.access.origin import Origin
from greenroom.server.sign_in.refusals import SignInFailed, refusal, refuse_other_sites
from greenroom.wire.errors import AccessDeniedException, ThrottlingException

HERE = Origin(secure_transport=True, host="studio.example.com")
OURS = {"x-greenroom-request": "1", "origin": "https://studio.example.com", "sec-fetch-site": "same-origin"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        # A program, or an old browser, names no origin; it cannot be had by a page.
        ({"origin": None, "sec-fetch-site": None}, None),
        ({"x-greenroom-request": None}, "HeaderMissing"),
        ({"x-greenroom-request": "2"}, "HeaderMissing"),
        ({"origin": "https://evil.example"}, "OtherOrigin"),
        ({"origin": "null"}, "OtherOrigin"),
        ({"origin": "http://studio.example.com"}, "OtherOrigin"),
        ({"origin": "https://studio.example.com.evil.example"}, "OtherOrigin"),
        ({"sec-fetch-site": "cross-site"}, "OtherOrigin"),
        ({"sec-fetch-site": "same-site"}, "OtherOrigin"),
    ],
)
def test_only_the_servers_own_page_is_let_through(change: dict[str, str | None], code: str | None) -> None:
    headers = [(name.encode(), value.encode()) for name, value in (OURS | change).items() if value is not None]
    request = Request({"type": "http", "headers": headers})
    with nullcontext() if code is None else pytest.raises(AccessDeniedException) as refused:
        refuse_other_sites(request, HERE)
    assert code is None or refused.value.code == code


def test_a_refusal_tells_its_reason_and_when_to_come_back() -> None:
    answer = refusal(SignInFailed())
    assert answer.status_code == 401
    assert msgspec.json.decode(answer.body)["message"] == "The user name or the password is wrong."
    assert "retry-after" not in answer.headers
    assert refusal(ThrottlingException(retry_after=7)).headers["retry-after"] == "7"
