"""Resource names, there and back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.studio.arns import RESOURCE_TYPES, Arn, parse_arn, studio_arn_id
from greenroom.studio.ids import new_studio_id

REGIONS = st.from_regex(r"[a-z]{2}-[a-z]{4,9}-[1-9]", fullmatch=True)
ACCOUNTS = st.from_regex(r"[0-9]{12}", fullmatch=True)
NAMES = st.from_regex(r"[A-Za-z0-9_:/-]{1,40}", fullmatch=True)


@given(arn=st.builds(Arn, REGIONS, ACCOUNTS, st.sampled_from(sorted(RESOURCE_TYPES)), NAMES))
def test_an_arn_is_read_as_it_was_written(arn: Arn) -> None:
    assert parse_arn(str(arn)) == arn


def test_a_backups_arn_has_the_form_of_the_original() -> None:
    arn = Arn("us-west-2", "123456789012", "streaming-session-backup", "iZWXLQnSRyWk2pGbNFhTLg")
    assert str(arn) == "arn:aws:nimble:us-west-2:123456789012:streaming-session-backup/iZWXLQnSRyWk2pGbNFhTLg"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "studio/stid-nyoqq12fteqy1x48",
        "arn:aws:nimble:us-west-2:123456789012",
        "arn:aws:nimble:us-west-2:123456789012:studio",
        "arn:aws:nimble:us-west-2:123456789012:studio/",
        "arn:aws:nimble:us-west-2:123456789012:bucket/name",
        "arn:aws:s3:us-west-2:123456789012:studio/stid-nyoqq12fteqy1x48",
        "arn:aws-cn:nimble:us-west-2:123456789012:studio/stid-nyoqq12fteqy1x48",
    ],
)
def test_what_is_no_arn_of_ours_is_none(text: str) -> None:
    assert parse_arn(text) is None


@given(text=st.text())
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    assert parse_arn(text) is None


def test_a_studios_arn_leaves_out_the_region_of_its_id() -> None:
    studio_id = new_studio_id("us-west-2")
    assert studio_arn_id(studio_id) == studio_id.removeprefix("us-west-2:")
