"""Bringing a session to rest for its snapshot: by scripts in it, which keep no backup from being made."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from tests.control.conftest import Stage, loop_of

from greenroom.engines.base import EngineError
from greenroom.studio.backups import StreamingSessionBackup
from greenroom.studio.status import SessionState as State


class Play:
    """A session whose commands run in its home without any namespace."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.session_id = stage.create()
        self.home = stage.home(self.session_id)
        stage.engine.execute = self._execute  # type: ignore[method-assign]

    def _execute(
        self,
        session_id: str,
        command: Sequence[str],
        *,
        stdin: int,
        stdout: int,
        stderr: int,
        environment: Mapping[str, str] | None = None,
        timeout: float | None = None,
    ) -> int:
        variables = {**os.environ, "HOME": str(self.home), **(environment or {})}
        try:
            return subprocess.run(
                command,
                cwd=self.home,
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                env=variables,
                timeout=timeout,
                check=False,
            ).returncode
        except subprocess.TimeoutExpired as error:
            raise EngineError("too long", reason="execute-timeout") from error

    def script(self, name: str, text: str) -> None:
        """An artist's own."""
        path = self.home / ".config/greenroom" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def world(self, **changes: object) -> None:
        """The same world, with these settings."""
        self.stage.world = replace(self.stage.world, **changes)  # type: ignore[arg-type]
        self.stage.loop = loop_of(self.stage.world, self.stage.clock)

    def backed_up(self) -> StreamingSessionBackup:
        """The running session's next backup, carried out."""
        self.stage.clock.advance(hours=4)
        self.stage.loop.run_due()
        return self.stage.backups(self.session_id)[-1]

    def held(self, backup: StreamingSessionBackup, name: str) -> str:
        """What a file of the backup holds."""
        target = self.stage.directory / "read"
        self.stage.vault.read(backup.backup_id, name, target)
        return target.read_text()


@pytest.fixture
def play(stage: Stage) -> Play:
    return Play(stage)


def test_scripts_run_before_and_after_the_snapshot_of_a_running_session(play: Play) -> None:
    play.script("before-backup", 'echo "$GREENROOM_BACKUP_ID" > scene')
    play.script("after-backup", "echo goes on > scene")
    play.world(backup_script_before="echo also >> scene", backup_script_after="echo also this >> scene")
    backup = play.backed_up()
    assert play.held(backup, "scene") == f"{backup.backup_id}\nalso\n"
    assert (play.home / "scene").read_text() == "goes on\nalso this\n"
    assert (backup.state, backup.consistency, backup.status_message) == (State.READY, "ATOMIC", None)
    assert backup.quiesced_at == play.stage.clock()


def test_a_script_that_fails_keeps_no_backup_from_being_made_which_says_what_it_said(play: Play) -> None:
    play.script("before-backup", "echo no licence >&2; exit 3")
    play.script("after-backup", "echo late; exit 1")
    backup = play.backed_up()
    assert (backup.state, backup.consistency, backup.quiesced_at) == (State.READY, "CRASH_CONSISTENT", None)
    message = backup.status_message or ""
    assert "before the snapshot failed. It said: no licence / " in message
    assert "before-backup ended with status 3" in message
    assert "after the snapshot failed. It said: late" in message


def test_a_script_that_does_not_end_in_its_time_is_ended_and_the_backup_made(play: Play) -> None:
    play.world(backup_script_before="echo begun; exec sleep 60", backup_script_timeout=timedelta(seconds=0.5))
    backup = play.backed_up()
    assert (backup.state, backup.consistency) == (State.READY, "CRASH_CONSISTENT")
    assert "longer than 0.5 s and was ended. It said: begun." in (backup.status_message or "") + "."


def test_what_a_script_leaves_running_keeps_nobody_waiting(play: Play) -> None:
    play.world(backup_script_before="yes &")  # it ends when nobody listens to it any more
    backup = play.backed_up()
    assert (backup.state, backup.consistency) == (State.READY, "ATOMIC")


def test_a_stop_brings_the_session_to_rest_before_it_ends_it(play: Play) -> None:
    play.script("before-backup", "echo saved > scene")
    play.script("after-backup", "echo never > scene")
    backup = play.stage.stop(play.session_id)
    assert backup is not None
    assert play.held(backup, "scene") == "saved\n"
    assert (backup.consistency, (play.home / "scene").read_text()) == ("ATOMIC", "saved\n")


def test_a_stop_whose_script_failed_is_of_one_moment_and_says_so(play: Play) -> None:
    play.script("before-backup", "exit 1")
    backup = play.stage.stop(play.session_id)
    assert backup is not None
    assert (backup.state, backup.consistency) == (State.READY, "CRASH_CONSISTENT")


def test_of_a_session_that_died_nobody_says_that_it_had_come_to_rest(play: Play) -> None:
    play.stage.engine.vanish(play.session_id)
    play.stage.watch().look()
    play.stage.loop.run_due()
    (backup,) = play.stage.backups(play.session_id)
    assert (backup.state, backup.consistency) == (State.READY, "CRASH_CONSISTENT")
    assert "ended before by themselves" in (backup.status_message or "")


def test_a_session_that_cannot_be_ended_leaves_no_backup_under_way(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    def stuck(*_arguments: object) -> None:
        raise EngineError("its processes do not end")

    monkeypatch.setattr(play.stage.engine, "stop", stuck)
    play.stage.ask_stop(play.session_id)
    for _ in range(6):
        play.stage.clock.advance(minutes=10)
        play.stage.loop.run_due()
    assert play.stage.session(play.session_id).state is State.STOP_FAILED
    assert [backup.state for backup in play.stage.backups(play.session_id)] == [State.CREATE_FAILED]


def test_a_server_that_died_over_a_snapshot_lets_the_session_go_on(play: Play) -> None:
    play.script("after-backup", "echo goes on > scene")
    volumes = play.stage.world.volumes
    volume_id = play.stage.session(play.session_id).volume_id
    assert volume_id is not None
    play.world(volumes=_Dying(volumes))
    unfinished = play.backed_up()
    assert (unfinished.snapshot_at, (play.home / "scene").exists()) == (None, True)
    (play.home / "scene").unlink()
    volumes.snapshot(volume_id, unfinished.backup_id)
    play.world(volumes=volumes)
    backup = play.backed_up()
    assert (backup.backup_id, backup.state) == (unfinished.backup_id, State.READY)
    # Nobody knows whether the session stood still while that snapshot was made.
    assert (backup.consistency, (play.home / "scene").read_text()) == ("BEST_EFFORT", "goes on\n")


class _Dying:
    """Volumes whose snapshots go wrong in an unforeseen way."""

    def __init__(self, volumes: object) -> None:
        self._volumes = volumes

    def __getattr__(self, name: str) -> object:
        if name == "snapshot":
            raise RuntimeError("gone")
        return getattr(self._volumes, name)
