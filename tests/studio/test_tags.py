"""Tags and their limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.studio.errors import Invalid
from greenroom.studio.tags import check_tags, with_tags, without_tags

TAGS = st.dictionaries(st.text("abcde", min_size=1, max_size=3), st.text(max_size=8), max_size=20)


def test_no_tags_are_none() -> None:
    assert check_tags(None) == {}


def test_fifty_tags_are_taken_and_one_more_is_refused() -> None:
    fifty = {f"tag-{number}": "" for number in range(50)}
    assert check_tags(fifty) == fifty
    with pytest.raises(Invalid, match="51 tags") as refusal:
        with_tags(fifty, {"one more": ""})
    assert refusal.value.code == "TOO_MANY_TAGS"


@pytest.mark.parametrize("key", ["", "k" * 129, "aws:owner", "AWS:owner"])
def test_a_key_out_of_bounds_is_refused(key: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_tags({key: "value"})
    assert refusal.value.code == "INVALID_TAG_KEY"


def test_a_value_of_256_characters_is_taken_and_one_more_is_refused() -> None:
    assert check_tags({"k" * 128: "v" * 256})
    with pytest.raises(Invalid, match="shot") as refusal:
        check_tags({"shot": "v" * 257})
    assert refusal.value.code == "INVALID_TAG_VALUE"


@given(present=TAGS, added=TAGS)
def test_added_tags_overwrite_present_ones(present: dict[str, str], added: dict[str, str]) -> None:
    after = with_tags(present, added)
    assert after == {**present, **added}


@given(present=TAGS, keys=st.lists(st.text("abcde", min_size=1, max_size=3)))
def test_removed_tags_are_gone_and_others_stay(present: dict[str, str], keys: list[str]) -> None:
    after = without_tags(present, keys)
    assert after == {key: value for key, value in present.items() if key not in keys}
