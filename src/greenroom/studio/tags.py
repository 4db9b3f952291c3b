"""Tags: AWS's general limits, which the model itself leaves open (chosen, see docs/compatibility.md)."""

from collections.abc import Iterable, Mapping

from greenroom.studio.errors import Invalid

MAX_TAGS = 50
MAX_KEY_LENGTH = 128
MAX_VALUE_LENGTH = 256


def check_tags(tags: Mapping[str, str] | None) -> dict[str, str]:
    """The tags as they are kept; Invalid where there are too many, or a key or value is out of bounds."""
    kept = dict(tags or {})
    if len(kept) > MAX_TAGS:
        raise Invalid(
            f"tags: {len(kept)} tags are more than the {MAX_TAGS} that one resource can have.", code="TOO_MANY_TAGS"
        )
    for key, value in kept.items():
        if not 1 <= len(key) <= MAX_KEY_LENGTH or key.lower().startswith("aws:"):
            raise Invalid(
                f"tags: a key must have 1 to {MAX_KEY_LENGTH} characters and not begin with 'aws:'.",
                code="INVALID_TAG_KEY",
            )
        if len(value) > MAX_VALUE_LENGTH:
            raise Invalid(
                f"tags: the value of '{key}' has more than {MAX_VALUE_LENGTH} characters.", code="INVALID_TAG_VALUE"
            )
    return kept


def with_tags(present: Mapping[str, str], added: Mapping[str, str]) -> dict[str, str]:
    """What TagResource leaves: new keys added, present ones overwritten. Raises Invalid."""
    return check_tags({**present, **added})


def without_tags(present: Mapping[str, str], keys: Iterable[str]) -> dict[str, str]:
    """What UntagResource leaves; a key that is not there is no error."""
    gone = set(keys)
    return {key: value for key, value in present.items() if key not in gone}
