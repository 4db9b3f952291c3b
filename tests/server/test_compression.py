"""Answers in fewer bytes: for whom, and of what."""

import gzip
import json

from tests.server.conftest import Ask
from tests.server.raw import Request

from greenroom.server.compression import LEAST, may_compress
from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import OPERATIONS

LISTING = Request("/greenroom/v1/settings")
"""Longer than a packet in every studio."""


def test_a_listing_is_compressed_for_who_takes_that(call: Ask) -> None:
    plain = call(LISTING)
    packed = call(LISTING.setting("Accept-Encoding", "br, gzip;q=0.8"))
    assert packed.header("content-encoding") == "gzip"
    assert packed.header("content-length") == str(len(packed.body))
    assert len(packed.body) < len(plain.body) / 2
    assert json.loads(gzip.decompress(packed.body)) == plain.json()
    assert plain.header("content-encoding") is None
    assert plain.header("vary") == packed.header("vary") == "accept-encoding"


def test_it_comes_as_it_is_for_who_takes_nothing_else(call: Ask) -> None:
    for accepted in ("identity", "gzip;q=0", "br"):
        assert call(LISTING.setting("Accept-Encoding", accepted)).header("content-encoding") is None


def test_what_fits_into_a_packet_is_not_compressed(call: Ask, path: str) -> None:
    answer = call(Request(f"{path}/members").setting("Accept-Encoding", "gzip"))
    assert len(answer.body) < LEAST
    assert answer.header("content-encoding") is None


def test_an_answer_of_one_thing_is_never_compressed(call: Ask, path: str) -> None:
    answer = call(Request(path).setting("Accept-Encoding", "gzip"))
    assert answer.status == 200
    assert answer.header("content-encoding") is None
    assert answer.header("vary") is None


def test_nothing_that_answers_with_a_secret_is_compressed() -> None:
    for operation in (*OPERATIONS.values(), *ADDITIONS.values()):
        fields = " ".join(operation.output.__struct_fields__)
        if any(secret in fields for secret in ("secret", "password", "session_token", "url")):
            assert not may_compress(operation), operation.name


def test_the_openapi_document_is_compressed_for_who_takes_that(send: Ask) -> None:
    request = Request("/openapi.json").setting("Host", "studio")
    packed = send(request.setting("Accept-Encoding", "gzip"))
    assert packed.header("content-encoding") == "gzip"
    assert packed.header("vary") == "accept-encoding"
    assert gzip.decompress(packed.body) == send(request).body
