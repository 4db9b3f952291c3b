"""Tags of every kind of record that can have them."""

from collections.abc import Callable
from typing import Any

import pytest
from tests.api.calling import Api, refused
from tests.records import STUDIO_ID, make_backup

from greenroom.access.principals import Principal
from greenroom.store import backups
from greenroom.wire import errors, shapes

PREFIX = "arn:aws:nimble:us-west-2:123456789012:"


def backup_of(api: Api) -> str:
    backup = make_backup(api.add_session())
    with api.database.write() as connection:
        backups.insert(connection, backup)
    return backup.backup_id


ARNS: dict[str, Callable[[Api], str]] = {
    "studio": lambda _api: f"studio/{STUDIO_ID.removeprefix('us-west-2:')}",
    "launch profile": lambda api: f"launch-profile/{api.profile.launch_profile_id}",
    "streaming image": lambda api: f"streaming-image/{api.image.streaming_image_id}",
    "studio component": lambda api: f"studio-component/{api.component.studio_component_id}",
    "streaming session": lambda api: f"streaming-session/{api.add_session().session_id}",
    "streaming session backup": lambda api: f"streaming-session-backup/{backup_of(api)}",
}
every_kind = pytest.mark.parametrize("kind", ARNS)


def tags(api: Api, arn: str, *, by: Principal | None = None) -> dict[str, str] | None:
    request = shapes.ListTagsForResourceRequest(resource_arn=arn)
    return api.call(request, shapes.ListTagsForResourceResponse, by=by).tags


def tag(api: Api, arn: str, tags: dict[str, str], *, by: Principal | None = None) -> None:
    api.call(shapes.TagResourceRequest(resource_arn=arn, tags=tags), shapes.TagResourceResponse, by=by)


def untag(api: Api, arn: str, *keys: str, by: Principal | None = None) -> None:
    api.call(shapes.UntagResourceRequest(resource_arn=arn, tag_keys=list(keys)), shapes.UntagResourceResponse, by=by)


@every_kind
def test_tags_are_added_overwritten_and_taken_away(api: Api, kind: str) -> None:
    arn = PREFIX + ARNS[kind](api)
    assert tags(api, arn) == {}
    tag(api, arn, {"show": "aurora", "shot": "010"})
    tag(api, arn, {"shot": "020", "empty": ""})
    assert tags(api, arn) == {"show": "aurora", "shot": "020", "empty": ""}
    untag(api, arn, "show", "never there")
    assert tags(api, arn) == {"shot": "020", "empty": ""}


@every_kind
def test_a_record_that_is_not_there_is_not_found(api: Api, kind: str) -> None:
    arn = f"{PREFIX}{kind.replace(' ', '-')}/nowhere"
    for call in (tags, lambda api, arn: tag(api, arn, {"a": "b"}), lambda api, arn: untag(api, arn, "a")):
        with refused(errors.ResourceNotFoundException):
            call(api, arn)


@pytest.mark.parametrize(
    "arn",
    [
        "",
        "nothing",
        "arn:aws:s3:::bucket",
        "arn:aws:nimble:us-west-2:123456789012:eula/gJZLygd-Srq_5NNbSfiaLg",
        "arn:aws:nimble:us-west-2:123456789012:launch-profile",
        "arn:aws:nimble:us-west-2:123456789012:launch-profile/",
        "arn:aws:nimble:us-west-2:123456789012:spaceship/1",
    ],
)
def test_what_is_no_arn_of_a_taggable_record_is_refused(api: Api, arn: str) -> None:
    with refused(errors.ValidationException, "INVALID_RESOURCE_ARN"):
        tags(api, arn)


@pytest.mark.parametrize("place", ["eu-west-1:123456789012", "us-west-2:000000000000"])
def test_an_arn_of_another_region_or_account_is_not_found(api: Api, place: str) -> None:
    with refused(errors.ResourceNotFoundException):
        tags(api, f"arn:aws:nimble:{place}:launch-profile/{api.profile.launch_profile_id}")


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({f"key{number}": "" for number in range(51)}, "TOO_MANY_TAGS"),
        ({"": "x"}, "INVALID_TAG_KEY"),
        ({"k" * 129: "x"}, "INVALID_TAG_KEY"),
        ({"AWS:created": "x"}, "INVALID_TAG_KEY"),
        ({"key": "v" * 257}, "INVALID_TAG_VALUE"),
    ],
)
def test_tags_out_of_bounds_are_refused_and_nothing_is_changed(api: Api, given: dict[str, str], code: str) -> None:
    arn = f"{PREFIX}launch-profile/{api.profile.launch_profile_id}"
    tag(api, arn, {"show": "aurora"})
    with refused(errors.ValidationException, code):
        tag(api, arn, given)
    assert tags(api, arn) == {"show": "aurora"}


def test_the_limit_counts_what_is_there_already(api: Api) -> None:
    arn = f"{PREFIX}launch-profile/{api.profile.launch_profile_id}"
    tag(api, arn, {f"key{number}": "" for number in range(50)})
    tag(api, arn, {"key7": "overwritten"})
    with refused(errors.ValidationException, "TOO_MANY_TAGS"):
        tag(api, arn, {"one more": ""})


@every_kind
def test_plain_users_are_told_the_same_of_what_is_there_and_what_is_not(api: Api, kind: str) -> None:
    there = ARNS[kind](api)
    messages = set()
    for name in (there, f"{there.split('/')[0]}/nowhere"):
        with refused(errors.AccessDeniedException) as caught:
            tags(api, PREFIX + name, by=api.stranger)
        messages.add(caught.value.message.replace(name, "ID"))
    assert len(messages) == 1


def test_plain_users_tag_nothing_not_even_their_own(api: Api) -> None:
    arn = f"{PREFIX}streaming-session/{api.add_session().session_id}"
    calls: list[Callable[[], Any]] = [
        lambda: tag(api, arn, {"a": "b"}, by=api.artist),
        lambda: untag(api, arn, "a", by=api.artist),
        lambda: tags(api, arn, by=api.artist),
    ]
    for call in calls:
        with refused(errors.AccessDeniedException):
            call()


def test_tags_change_nothing_else_of_a_record(api: Api) -> None:
    arn = f"{PREFIX}launch-profile/{api.profile.launch_profile_id}"
    request = shapes.GetLaunchProfileRequest(studio_id=STUDIO_ID, launch_profile_id=api.profile.launch_profile_id)
    before = api.call(request, shapes.GetLaunchProfileResponse).launch_profile
    api.clock.advance(minutes=1)
    tag(api, arn, {"show": "aurora"})
    after = api.call(request, shapes.GetLaunchProfileResponse).launch_profile
    assert before is not None
    assert after is not None
    assert after.tags == {"show": "aurora"}
    after.tags = before.tags
    assert after == before
