"""The studio that operations are called on."""

from datetime import timedelta

import pytest
from tests.api.calling import ACCOUNT, IDENTITY_STORE, Api, make_component, make_house
from tests.records import STUDIO_ID, make_launch_profile, make_stream_configuration, make_studio
from tests.support import Clock

from greenroom.access.keyring import Keyring
from greenroom.access.secret_box import SecretBox
from greenroom.store import components, images, launch_profiles, members, studios
from greenroom.store.database import Database
from greenroom.studio.ids import new_principal_id
from greenroom.studio.images import vendor_image
from greenroom.studio.members import LaunchProfileMember, StudioMember
from greenroom.studio.studios import User


@pytest.fixture
def api(database: Database, clock: Clock) -> Api:
    """An administrator, an artist with a launch profile, and a stranger; a minute after all that was made."""
    now = clock()
    people = [
        User(
            principal_id=new_principal_id(),
            studio_id=STUDIO_ID,
            user_name=name,
            password_hash="",
            administrator=name == "admin",
            created_at=now,
        )
        for name in ("admin", "artist", "stranger")
    ]
    keyring = Keyring(database, SecretBox(bytes(32)), ACCOUNT)
    admin, artist, stranger = (keyring.principal(user) for user in people)
    image, component = vendor_image(STUDIO_ID, now), make_component(created_at=now, updated_at=now)
    profile = make_launch_profile(
        stream_configuration=make_stream_configuration(streaming_image_ids=[image.streaming_image_id]),
        studio_component_ids=[component.studio_component_id],
    )
    administers = StudioMember(
        studio_id=STUDIO_ID, principal_id=admin.principal_id, identity_store_id=IDENTITY_STORE, created_at=now
    )
    uses = LaunchProfileMember(
        launch_profile_id=profile.launch_profile_id,
        principal_id=artist.principal_id,
        identity_store_id=IDENTITY_STORE,
        created_at=now,
    )
    with database.write() as connection:
        studios.insert(connection, make_studio())
        for user in people:
            studios.insert_user(connection, user)
        images.insert(connection, image)
        components.insert(connection, component)
        launch_profiles.insert(connection, profile)
        members.put_studio_member(connection, administers)
        members.put_launch_profile_member(connection, uses)
    clock.advance(timedelta(minutes=1))
    return Api(database, clock, make_house(), admin, artist, stranger, image, component, profile)
