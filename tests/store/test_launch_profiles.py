"""Queries on launch profiles and their members, on both databases."""

from datetime import timedelta
from typing import Any

from tests.records import STUDIO_ID, make_launch_profile, make_stream_configuration
from tests.support import START

from greenroom.store import launch_profiles, members
from greenroom.store.database import Database
from greenroom.store.pages import Position
from greenroom.studio.launch_profiles import LaunchProfile
from greenroom.studio.members import LaunchProfileMember
from greenroom.studio.status import ResourceState

SECOND = timedelta(seconds=1)


def insert(database: Database, *made: LaunchProfile) -> None:
    with database.write() as connection:
        for profile in made:
            launch_profiles.insert(connection, profile)


def put_member(database: Database, profile: LaunchProfile, principal_id: str, **said: Any) -> None:
    defaults: dict[str, Any] = {
        "launch_profile_id": profile.launch_profile_id,
        "principal_id": principal_id,
        "identity_store_id": "d-1",
        "created_at": START,
    }
    member = LaunchProfileMember(**(defaults | said))
    with database.write() as connection:
        members.put_launch_profile_member(connection, member)


def test_a_listing_is_newest_first_page_after_page(database: Database) -> None:
    made = [make_launch_profile(created_at=START + number // 2 * SECOND) for number in range(5)]
    insert(database, *made)
    newest_first = sorted(made, key=lambda profile: (profile.created_at, profile.launch_profile_id), reverse=True)
    with database.read() as connection:
        first = launch_profiles.page(connection, STUDIO_ID, limit=2)
        end = Position(first[-1].created_at, first[-1].launch_profile_id)
        assert first + launch_profiles.page(connection, STUDIO_ID, after=end, limit=5) == newest_first


def test_a_listing_is_filtered_by_member_and_state(database: Database) -> None:
    ready, deleted = make_launch_profile(), make_launch_profile(state=ResourceState.DELETED)
    insert(database, ready, deleted, make_launch_profile())
    put_member(database, ready, "ada")
    put_member(database, deleted, "ada")
    with database.read() as connection:
        listed = launch_profiles.page(connection, STUDIO_ID, principal_id="ada", states=[ResourceState.READY])
        assert listed == [ready]
        assert launch_profiles.count_live(connection, STUDIO_ID) == 2


def test_profiles_are_found_by_component_and_image(database: Database) -> None:
    profile = make_launch_profile(
        studio_component_ids=["a_b", "other"], stream_configuration=make_stream_configuration(streaming_image_ids=["i"])
    )
    lookalike = make_launch_profile(studio_component_ids=["aXb"])
    insert(database, profile, lookalike, make_launch_profile(studio_component_ids=["a_b"], state=ResourceState.DELETED))
    with database.read() as connection:
        assert launch_profiles.using_component(connection, STUDIO_ID, "a_b") == [profile.launch_profile_id]
        assert launch_profiles.using_image(connection, STUDIO_ID, "i") == [profile.launch_profile_id]
        assert launch_profiles.using_image(connection, STUDIO_ID, "ENABLED") == [], "only where it is an image's id"


def test_a_member_put_again_keeps_its_place_and_takes_what_is_said_now(database: Database) -> None:
    profile = make_launch_profile()
    put_member(database, profile, "ada")
    put_member(database, profile, "ada", identity_store_id="d-2", created_at=START + SECOND)
    with database.read() as connection:
        member = members.launch_profile_member(connection, profile.launch_profile_id, "ada")
        assert launch_profiles.is_member(connection, profile.launch_profile_id, "ada")
        assert not launch_profiles.is_member(connection, profile.launch_profile_id, "grace")
    assert member is not None
    assert (member.identity_store_id, member.created_at) == ("d-2", START)


def test_members_are_listed_last_added_first_and_gone_when_dropped(database: Database) -> None:
    profile = make_launch_profile()
    for number, name in enumerate(["ada", "grace", "mary"]):
        put_member(database, profile, name, created_at=START + number * SECOND)
    with database.write() as connection:
        listed = members.launch_profile_members_page(connection, profile.launch_profile_id)
        assert [member.principal_id for member in listed] == ["mary", "grace", "ada"]
        members.drop_launch_profile_member(connection, profile.launch_profile_id, "grace")
        assert not launch_profiles.is_member(connection, profile.launch_profile_id, "grace")
        members.drop_all_of_launch_profile(connection, profile.launch_profile_id)
        assert members.launch_profile_members_page(connection, profile.launch_profile_id) == []
