"""Where a call comes from: condition keys for what is known, and no others."""

from greenroom.access.origin import Origin


def test_what_is_not_known_is_no_condition_key() -> None:
    assert Origin().condition_keys() == {"aws:SecureTransport": "false"}


def test_what_is_known_is_one() -> None:
    origin = Origin("10.0.0.7", True, "aws-cli/1.32", "us-west-2", "studio.example:8420")
    assert origin.condition_keys() == {
        "aws:SecureTransport": "true",
        "aws:SourceIp": "10.0.0.7",
        "aws:UserAgent": "aws-cli/1.32",
        "aws:RequestedRegion": "us-west-2",
    }


def test_the_endpoint_is_what_the_caller_addressed() -> None:
    assert Origin(secure_transport=True, host="studio.example").endpoint == "https://studio.example"
    assert Origin(host="127.0.0.1:8420").endpoint == "http://127.0.0.1:8420"
    assert Origin(secure_transport=True).endpoint == ""
