"""Whatever order calls come in, each kind of volumes does what a dictionary of contents would do."""

import shutil
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.volumes.filesystems import unfinished, volumes_of
from tests.volumes.trees import GID, UID

from greenroom.volumes.base import VolumeNotFoundError
from greenroom.volumes.directory import DirectoryVolumes

pytestmark = pytest.mark.serial

IDS = st.sampled_from(["a", "b", "c"])
TEXTS = st.sampled_from(["red", "green", "blue"])


class Sequences(RuleBasedStateMachine):
    """Contents are the names and texts of a volume's files."""

    kind: ClassVar[str]
    directory: ClassVar[Path]

    def __init__(self) -> None:
        super().__init__()
        self.volumes: DirectoryVolumes = self.opened()
        self.contents: dict[str, dict[str, str]] = {}
        self.frozen: dict[str, dict[str, str]] = {}
        self.receiving: dict[str, dict[str, str]] = {}

    def opened(self) -> DirectoryVolumes:
        volumes = volumes_of(self.kind, self.directory)
        volumes.open()
        return volumes

    @rule(volume_id=IDS)
    def create(self, volume_id: str) -> None:
        self.volumes.create(volume_id, UID, GID)
        self.contents.setdefault(volume_id, {})

    @rule(volume_id=IDS, name=TEXTS, text=TEXTS)
    def write(self, volume_id: str, name: str, text: str) -> None:
        if volume_id in self.contents:
            (self.volumes.path(volume_id) / name).write_text(text)
            self.contents[volume_id][name] = text

    @rule(volume_id=IDS, snapshot_id=IDS)
    def snapshot(self, volume_id: str, snapshot_id: str) -> None:
        if snapshot_id not in self.frozen and volume_id not in self.contents:
            with pytest.raises(VolumeNotFoundError):
                self.volumes.snapshot(volume_id, snapshot_id)
            return
        assert self.volumes.snapshot(volume_id, snapshot_id).snapshot_id == snapshot_id
        if snapshot_id not in self.frozen:
            self.frozen[snapshot_id] = dict(self.contents[volume_id])

    @rule(snapshot_id=IDS, volume_id=IDS)
    def clone(self, snapshot_id: str, volume_id: str) -> None:
        if volume_id not in self.contents and snapshot_id not in self.frozen:
            with pytest.raises(VolumeNotFoundError):
                self.volumes.clone(snapshot_id, volume_id)
            return
        self.volumes.clone(snapshot_id, volume_id)
        if volume_id not in self.contents:
            self.contents[volume_id] = dict(self.frozen[snapshot_id])

    @rule(volume_id=IDS, name=TEXTS, text=TEXTS)
    def receive(self, volume_id: str, name: str, text: str) -> None:
        (self.volumes.receive(volume_id) / name).write_text(text)
        self.receiving[volume_id] = {name: text}

    @rule(volume_id=IDS)
    def accept(self, volume_id: str) -> None:
        received = self.receiving.pop(volume_id, None)
        if volume_id not in self.contents and received is None:
            with pytest.raises(VolumeNotFoundError):
                self.volumes.accept(volume_id)
            return
        self.volumes.accept(volume_id)
        if volume_id not in self.contents and received is not None:
            self.contents[volume_id] = received

    @rule(volume_id=IDS)
    def delete_volume(self, volume_id: str) -> None:
        self.volumes.delete_volume(volume_id)
        self.contents.pop(volume_id, None)
        self.receiving.pop(volume_id, None)

    @rule(snapshot_id=IDS)
    def delete_snapshot(self, snapshot_id: str) -> None:
        self.volumes.delete_snapshot(snapshot_id)
        self.frozen.pop(snapshot_id, None)

    @precondition(lambda self: self.contents)
    @rule()
    def close_and_open(self) -> None:
        self.volumes.close()
        self.receiving.clear()
        self.volumes = self.opened()

    @invariant()
    def everything_is_as_the_dictionaries_say(self) -> None:
        assert {name: _content(self.volumes.path(name)) for name in self.volumes.volume_ids()} == self.contents
        assert {found.snapshot_id: _content(found.path) for found in self.volumes.snapshots()} == self.frozen
        assert len(unfinished(self.volumes)) == len(self.receiving)

    def teardown(self) -> None:
        for volume_id in ("a", "b", "c"):
            self.volumes.delete_volume(volume_id)
            self.volumes.delete_snapshot(volume_id)
        self.volumes.close()


def _content(path: Path) -> dict[str, str]:
    return {entry.name: entry.read_text() for entry in path.iterdir()}


def test_any_sequence_of_calls_keeps_the_contract(kind: str, directory: Path) -> None:
    machine = type("SequencesOf", (Sequences,), {"kind": kind, "directory": directory})
    quick = settings(
        max_examples=12,
        stateful_step_count=20,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=quick)
    shutil.rmtree(directory, ignore_errors=True)
