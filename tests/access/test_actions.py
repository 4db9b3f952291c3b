from types import MappingProxyType

import pytest
from botocore.session import Session

from greenroom.access import actions
from greenroom.access.actions import Action, Level, ResourceType

NIMBLE = [action for action in actions.all_actions() if action.name.startswith("nimble:")]


def test_every_operation_of_the_api_is_an_action_and_two_more_are_known_to_policies_only() -> None:
    operations = Session().get_service_model("nimble").operation_names
    assert {action.name for action in NIMBLE if not action.permission_only} == {f"nimble:{name}" for name in operations}
    assert {action.name for action in NIMBLE if action.permission_only} == {
        "nimble:GetFeatureMap",
        "nimble:PutStudioLogEvents",
    }


@pytest.mark.parametrize("action", NIMBLE, ids=lambda action: action.name)
def test_the_level_of_an_action_follows_from_its_verb(action: Action) -> None:
    name = action.name.partition(":")[2]
    if name in ("TagResource", "UntagResource"):
        assert action.level is Level.TAGGING
    else:
        assert (action.level is Level.READ) is name.startswith(("Get", "List"))


@pytest.mark.parametrize("action", NIMBLE, ids=lambda action: action.name)
def test_an_action_refers_only_to_what_is_registered(action: Action) -> None:
    for name in action.resource_types:
        assert actions.resource_type(name).name == name
    assert all(actions.is_known(name) for name in action.dependent_actions)


@pytest.mark.parametrize("name", ["nimble:GetStudio", "NIMBLE:getstudio"])
def test_an_action_is_found_in_any_case(name: str) -> None:
    assert actions.find(name).name == "nimble:GetStudio"


def test_an_unknown_action_is_an_error() -> None:
    assert not actions.is_known("nimble:Nothing")
    with pytest.raises(KeyError, match="nimble:Nothing"):
        actions.find("nimble:Nothing")


def test_a_start_is_authorised_on_its_session_and_on_the_backup_where_there_is_one() -> None:
    assert actions.find("nimble:StartStreamingSession").resource_types == {
        "streaming-session": True,
        "streaming-session-backup": False,
    }


def test_a_resource_fills_its_own_keys_and_not_those_of_tags_in_a_request() -> None:
    assert actions.resource_type("streaming-session").own_keys == {"nimble:ownedby", "nimble:createdby"}


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """A registry of this test's own."""
    monkeypatch.setattr(actions, "_actions", dict(actions._actions))
    monkeypatch.setattr(actions, "_resource_types", dict(actions._resource_types))


def own(name: str, **resource_types: bool) -> Action:
    return Action(name, Level.WRITE, MappingProxyType(resource_types))


@pytest.mark.usefixtures("registry")
def test_an_action_of_our_own_is_registered_once() -> None:
    action = own("greenroom:TestBackup", studio=True)
    assert actions.register(action) is action
    assert actions.register(own("greenroom:TestBackup", studio=True)) == action
    assert actions.find("greenroom:testbackup") is action
    with pytest.raises(ValueError, match="registered already"):
        actions.register(own("greenroom:TestBackup"))


@pytest.mark.usefixtures("registry")
def test_an_action_of_another_service_is_not_registered() -> None:
    with pytest.raises(ValueError, match="greenroom: or sts:"):
        actions.register(own("nimble:Extra"))


@pytest.mark.usefixtures("registry")
def test_an_action_on_an_unknown_resource_type_is_not_registered() -> None:
    with pytest.raises(ValueError, match="volume"):
        actions.register(own("greenroom:TestVolume", volume=True))


@pytest.mark.usefixtures("registry")
def test_a_resource_type_of_our_own_is_registered_once() -> None:
    volume = ResourceType("volume", frozenset({"nimble:ownedBy"}))
    assert actions.register_resource_type(volume) in actions.all_resource_types()
    assert actions.register(own("greenroom:TestVolume", volume=True)).resource_types == {"volume": True}
    with pytest.raises(ValueError, match="registered already"):
        actions.register_resource_type(ResourceType("volume"))
