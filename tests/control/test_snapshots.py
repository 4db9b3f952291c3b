"""Whether a session stands still while its files are copied, and what the backup says then."""

from datetime import timedelta
from threading import Event

import pytest
from tests.control.conftest import Stage
from tests.control.test_quiescing import Play


def test_files_that_are_copied_while_the_session_stands_still_are_of_one_moment(stage: Stage) -> None:
    play = Play(stage)
    backup = play.backed_up()
    assert backup.consistency == "ATOMIC"


def test_a_copy_that_takes_longer_than_a_session_may_stand_still_is_of_several_moments(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    play = Play(stage)
    frozen, thawed = Event(), Event()

    def freeze(_session_id: str) -> bool:
        frozen.set()
        return True

    def thaw(_session_id: str) -> bool:
        stood_still = not thawed.is_set()
        thawed.set()
        return stood_still

    volumes = stage.world.volumes
    snapshot = volumes.snapshot
    monkeypatch.setattr(stage.engine, "freeze", freeze)
    monkeypatch.setattr(stage.engine, "thaw", thaw)
    monkeypatch.setattr(volumes, "snapshot", lambda *ids: (thawed.wait(30), snapshot(*ids))[1])
    play.world(backup_freeze=timedelta(milliseconds=10))
    assert play.backed_up().consistency == "BEST_EFFORT"
    assert frozen.is_set()


def test_a_session_that_is_never_to_stand_still_does_not(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    play = Play(stage)
    asked = []
    monkeypatch.setattr(stage.engine, "freeze", asked.append)
    play.world(backup_freeze=timedelta(0))
    assert play.backed_up().consistency == "BEST_EFFORT"
    assert not asked
