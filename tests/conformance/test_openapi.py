"""schemathesis on the OpenAPI document: signed requests of every shape that it allows, and of some that it does not."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import schemathesis
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from hypothesis import HealthCheck, settings
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.running import Studio
from tests.server.simulated import copied, serving

from greenroom.wire.additions import ADDITIONS
from greenroom.wire.openapi import openapi_document
from greenroom.wire.operations import OPERATIONS

EXAMPLES = 8
"""Requests of each operation, of each kind."""
CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)


class Signature(AuthBase):
    """Signs what schemathesis sends, by the official signer."""

    def __init__(self, founding: dict[str, str]) -> None:
        credentials = Credentials(founding["accessKeyId"], founding["secretAccessKey"])
        self._auth = SigV4Auth(credentials, "nimble", founding["region"])

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """The request with its signature."""
        ours = {name: value for name, value in request.headers.items() if name.lower().startswith("x-amz-")}
        signed = AWSRequest(request.method, request.url, headers=ours, data=request.body or b"")
        self._auth.add_auth(signed)
        request.headers.update(dict(signed.headers))
        return request


@pytest.fixture(scope="module")
def fuzzed(founded: Studio, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """A studio of this module's own: whatever can be done to it is done."""
    with serving(copied(founded, tmp_path_factory.mktemp("openapi") / "data")) as studio:
        yield studio
        assert '"event": "fault"' not in studio.log
        assert "Traceback" not in studio.log


described = schemathesis.openapi.from_dict(openapi_document([*OPERATIONS.values(), *ADDITIONS.values()]))


@described.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_the_document_says(case: Case, fuzzed: Studio) -> None:
    # Most of what can go wrong lies behind things that are there.
    for name, value in (case.path_parameters or {}).items():
        if name in fuzzed.founding and len(str(value)) % 4:
            case.path_parameters[name] = fuzzed.founding[name]
    response = case.call(base_url=fuzzed.endpoint, auth=Signature(fuzzed.founding))
    assert urlsplit(str(response.request.url)).netloc == urlsplit(fuzzed.endpoint).netloc
    case.validate_response(response, checks=list(CHECKS))
    assert b"Traceback" not in response.content
