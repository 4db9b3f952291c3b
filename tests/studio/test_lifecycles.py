"""The common life of studios, launch profiles, studio components and images."""

from datetime import timedelta

import pytest
from tests.records import make_launch_profile
from tests.support import START

from greenroom.studio.errors import Conflict
from greenroom.studio.launch_profiles import LAUNCH_PROFILES, still_has_sessions
from greenroom.studio.lifecycles import Change
from greenroom.studio.status import RESOURCE_TRANSITIONS
from greenroom.studio.status import ResourceState as State

LATER = START + timedelta(hours=1)
CHANGES = [LAUNCH_PROFILES.update, LAUNCH_PROFILES.deletion]
SETTLED = [State.READY, State.UPDATE_FAILED, State.DELETE_FAILED]


@pytest.mark.parametrize("change", CHANGES, ids=["update", "deletion"])
@pytest.mark.parametrize("state", State)
def test_a_change_begins_only_where_nothing_else_is_under_way(state: State, change: Change) -> None:
    profile = make_launch_profile(state=state)
    allowed = state in SETTLED or (state is State.CREATE_FAILED and change is LAUNCH_PROFILES.deletion)
    if allowed:
        assert LAUNCH_PROFILES.begin(profile, change, now=LATER).state is change.during.state
    else:
        with pytest.raises(Conflict, match=profile.launch_profile_id) as refusal:
            LAUNCH_PROFILES.begin(profile, change, now=LATER)
        assert refusal.value.code == state


def test_a_change_shows_its_new_values_at_once() -> None:
    changing = LAUNCH_PROFILES.begin(make_launch_profile(), LAUNCH_PROFILES.update, now=LATER, name="Workstation-Big")
    assert (changing.name, changing.updated_at) == ("Workstation-Big", LATER)
    assert changing.status_code == "LAUNCH_PROFILE_UPDATE_IN_PROGRESS"


@pytest.mark.parametrize(
    ("change", "code", "message"),
    [
        (LAUNCH_PROFILES.creation, "LAUNCH_PROFILE_CREATED", "Launch Profile has been created"),
        (LAUNCH_PROFILES.update, "LAUNCH_PROFILE_UPDATED", "Launch Profile has been updated"),
        (LAUNCH_PROFILES.deletion, "LAUNCH_PROFILE_DELETED", "Launch Profile has been deleted"),
    ],
    ids=["creation", "update", "deletion"],
)
def test_a_change_that_ends_says_what_it_was(change: Change, code: str, message: str) -> None:
    changing = make_launch_profile(**change.during._asdict())
    done = LAUNCH_PROFILES.settle(changing, now=LATER)
    assert done is not None
    assert (done.state, done.status_code, done.status_message) == (change.done.state, code, message)
    assert done.updated_at == LATER


def test_an_obstacle_ends_a_change_with_its_reason() -> None:
    obstacle = still_has_sessions(2)
    deleting = LAUNCH_PROFILES.begin(make_launch_profile(), LAUNCH_PROFILES.deletion, now=START)
    failed = LAUNCH_PROFILES.settle(deleting, now=LATER, obstacle=obstacle)
    assert failed is not None
    assert failed.state is State.DELETE_FAILED
    assert failed.status_code == "LAUNCH_PROFILE_WITH_STREAM_SESSIONS_NOT_DELETED"
    assert "2 streaming sessions" in failed.status_message


def test_a_profile_without_sessions_has_no_obstacle() -> None:
    assert still_has_sessions(0) is None


@pytest.mark.parametrize("state", [state for state in State if state not in RESOURCE_TRANSITIONS])
def test_where_nothing_is_under_way_there_is_nothing_to_end(state: State) -> None:
    assert LAUNCH_PROFILES.settle(make_launch_profile(state=state), now=LATER) is None


@pytest.mark.parametrize("state", State)
def test_others_may_build_on_what_stands(state: State) -> None:
    profile = make_launch_profile(state=state)
    if state in (State.READY, State.UPDATE_IN_PROGRESS, State.UPDATE_FAILED, State.DELETE_FAILED):
        LAUNCH_PROFILES.refuse_unusable(profile)
    else:
        with pytest.raises(Conflict, match="cannot be used"):
            LAUNCH_PROFILES.refuse_unusable(profile)
