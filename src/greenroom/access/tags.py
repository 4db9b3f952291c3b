"""Tags as condition keys.

Condition keys are not case-sensitive and tag keys are: two tags that differ in case only become one
condition key with two values, and the reading that grants less is taken of it.
"""

from collections.abc import Iterable, Mapping


def resource_tag_keys(tags: Mapping[str, str]) -> dict[str, str]:
    """The keys that the tags of a resource fill: `aws:ResourceTag/<key>`."""
    return {f"aws:ResourceTag/{key}": value for key, value in tags.items()}


def request_tag_keys(tags: Mapping[str, str]) -> dict[str, str | tuple[str, ...]]:
    """The keys that the tags given in a request fill: `aws:RequestTag/<key>` and, where any, `aws:TagKeys`."""
    keys: dict[str, str | tuple[str, ...]] = {f"aws:RequestTag/{key}": value for key, value in tags.items()}
    return keys | untag_keys(tags)


def untag_keys(tag_keys: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The key that the names of tags given in a request fill: `aws:TagKeys`."""
    named = tuple(tag_keys)
    return {"aws:TagKeys": named} if named else {}
