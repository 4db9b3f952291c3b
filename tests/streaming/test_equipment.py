"""What a desktop is told of its launch profile."""

from dataclasses import replace

import pytest
from tests.api.calling import Api
from tests.records import make_stream_configuration

from greenroom.store import launch_profiles
from greenroom.streaming.equipment import rules_for, variables
from greenroom.streaming.rules import StreamRules
from greenroom.studio.launch_profiles import SessionStorage


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        (StreamRules(clipboard=True, uploads="/home/artist/in"), ("ENABLED", "/home/artist/in")),
        (StreamRules(clipboard=False, uploads=None), ("DISABLED", "")),
    ],
)
def test_the_rules_are_told_by_variables(rules: StreamRules, told: tuple[str, str]) -> None:
    assert variables(rules) == {"GREENROOM_CLIPBOARD": told[0], "GREENROOM_UPLOADS": told[1]}


def test_the_rules_are_those_of_the_launch_profile_as_it_is(api: Api) -> None:
    configuration = make_stream_configuration(session_storage=SessionStorage(mode=["UPLOAD"]))
    with api.database.write() as connection:
        launch_profiles.save(connection, api.profile, replace(api.profile, stream_configuration=configuration))
        found = rules_for(connection, api.profile.launch_profile_id, "mira")
        none = rules_for(connection, "nowhere", "mira")
    assert found == StreamRules(clipboard=True, uploads="/home/mira/Uploads")
    assert none == StreamRules(clipboard=False, uploads=None)
