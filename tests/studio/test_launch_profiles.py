"""What a profile's stream configuration may be, and what it is where nothing is said."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from greenroom.studio.errors import Invalid
from greenroom.studio.launch_profiles import (
    BackupMode,
    SessionBackup,
    StreamConfiguration,
    Switch,
    VolumeConfiguration,
    settle,
)

ON, OFF = Switch.ACTIVATED, Switch.DEACTIVATED
MINIMAL = StreamConfiguration(
    clipboard_mode="ENABLED", ec2_instance_types=["g4dn.xlarge"], streaming_image_ids=["yeG7lDwNQEiwNTRT7DrV7Q"]
)


def asked(**members: Any) -> StreamConfiguration:
    return replace(MINIMAL, **members)


SWITCHES = st.sampled_from([None, ON, OFF])
CONFIGURATIONS = st.builds(
    asked,
    max_session_length_in_minutes=st.none() | st.integers(1, 43200),
    max_stopped_session_length_in_minutes=st.none() | st.integers(0, 5760),
    session_persistence_mode=SWITCHES,
    automatic_termination_mode=SWITCHES,
    session_backup=st.none()
    | st.builds(
        SessionBackup,
        mode=st.sampled_from([None, *BackupMode]),
        max_backups_to_retain=st.none() | st.integers(0, 10),
    ),
    volume_configuration=st.none()
    | st.builds(
        VolumeConfiguration,
        size=st.none() | st.integers(100, 16000),
        throughput=st.none() | st.integers(125, 1000),
        iops=st.none() | st.integers(3000, 16000),
    ),
)


def settled_if_allowed(configuration: StreamConfiguration) -> StreamConfiguration:
    try:
        return settle(configuration)
    except Invalid:
        assume(False)
        raise


def test_every_default_is_filled_in() -> None:
    settled = settle(MINIMAL)
    assert settled.max_session_length_in_minutes == 690
    assert settled.max_stopped_session_length_in_minutes == 0
    assert settled.session_persistence_mode is OFF
    assert settled.automatic_termination_mode is OFF
    assert settled.session_backup == SessionBackup(mode=BackupMode.DEACTIVATED, max_backups_to_retain=0)
    assert settled.volume_configuration is None


def test_a_persistent_profile_has_a_volume_of_the_usual_size() -> None:
    settled = settle(asked(session_persistence_mode=ON))
    assert settled.volume_configuration == VolumeConfiguration(size=500, throughput=125, iops=3000)


def test_of_a_volume_what_is_not_said_is_as_usual() -> None:
    volume = VolumeConfiguration(size=1000, throughput=None, iops=None)
    settled = settle(asked(session_persistence_mode=ON, volume_configuration=volume))
    assert settled.volume_configuration == VolumeConfiguration(size=1000, throughput=125, iops=3000)


@pytest.mark.parametrize("mode", [None, BackupMode.AUTOMATIC])
def test_of_backups_what_is_not_said_is_as_usual(mode: BackupMode | None) -> None:
    settled = settle(asked(session_backup=SessionBackup(mode=mode, max_backups_to_retain=None)))
    assert settled.session_backup == SessionBackup(mode=mode or BackupMode.DEACTIVATED, max_backups_to_retain=0)


def test_a_profile_of_the_older_api_is_persistent_where_it_has_a_stopped_length() -> None:
    settled = settle(asked(max_stopped_session_length_in_minutes=60))
    assert (settled.session_persistence_mode, settled.automatic_termination_mode) == (ON, ON)


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ({"automatic_termination_mode": ON}, "automaticTerminationMode"),
        ({"session_persistence_mode": OFF, "automatic_termination_mode": ON}, "automaticTerminationMode"),
        ({"volume_configuration": VolumeConfiguration()}, "volumeConfiguration"),
        (
            {"session_persistence_mode": ON, "max_stopped_session_length_in_minutes": 60},
            "maxStoppedSessionLengthInMinutes",
        ),
        (
            {"session_persistence_mode": OFF, "max_stopped_session_length_in_minutes": 60},
            "maxStoppedSessionLengthInMinutes",
        ),
        (
            {"automatic_termination_mode": OFF, "max_stopped_session_length_in_minutes": 60},
            "maxStoppedSessionLengthInMinutes",
        ),
    ],
)
def test_members_that_exclude_each_other_are_refused(members: dict[str, Any], what: str) -> None:
    with pytest.raises(Invalid, match=rf"streamConfiguration: {what} .*only allowed where .*ACTIVATED") as refusal:
        settle(asked(**members))
    assert refusal.value.code == "STREAM_CONFIGURATION_CONTRADICTION"


@given(configuration=CONFIGURATIONS)
def test_what_is_settled_stays_as_it_is(configuration: StreamConfiguration) -> None:
    settled = settled_if_allowed(configuration)
    assert settle(settled) == settled


@given(configuration=CONFIGURATIONS)
def test_nothing_that_was_said_is_changed(configuration: StreamConfiguration) -> None:
    settled = settled_if_allowed(configuration)
    for said, kept in [
        (configuration.max_session_length_in_minutes, settled.max_session_length_in_minutes),
        (configuration.max_stopped_session_length_in_minutes, settled.max_stopped_session_length_in_minutes),
        (configuration.session_persistence_mode, settled.session_persistence_mode),
        (configuration.automatic_termination_mode, settled.automatic_termination_mode),
    ]:
        assert said is None or said == kept


@given(configuration=CONFIGURATIONS)
def test_what_is_settled_keeps_the_rules_of_the_original(configuration: StreamConfiguration) -> None:
    settled = settled_if_allowed(configuration)
    persistent = settled.session_persistence_mode is ON
    terminating = settled.automatic_termination_mode is ON
    assert persistent or not terminating
    assert (settled.volume_configuration is not None) is persistent
    assert not settled.max_stopped_session_length_in_minutes or (persistent and terminating)
