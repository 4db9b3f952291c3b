"""Restores of files: into a running session, by a program in it, and told truly however they end."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from tests.control.conftest import Stage

from greenroom.control.file_restores import WORK, FileRestoreSteps
from greenroom.control.loop import Group, Loop
from greenroom.store import file_restores, work
from greenroom.studio.file_restores import FileRestore, FileRestoreState, beside
from greenroom.studio.ids import new_id
from greenroom.studio.status import SessionState
from greenroom.vaults.base import VaultUnavailableError

NAMES = {
    b"plain.txt": b"plain",
    b"d/two\nlines": b"lines",
    b"d/caf\xe9": b"odd",
    b"d/-rf": b"minus",
    b"big": bytes(300_000),
}


class Play:
    """A session with a backup, whose commands run in its home without any namespace."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.session_id = stage.create()
        self.home = stage.home(self.session_id)
        (self.home / "d").mkdir()
        for name, content in NAMES.items():
            self.file(name).write_bytes(content)
        (self.home / "d/link").symlink_to("/etc/passwd")
        os.mkfifo(self.home / "d/pipe")
        backup = stage.stop(self.session_id)
        assert backup is not None
        self.backup = backup
        stage.start(self.session_id)
        self.home = stage.home(self.session_id)
        stage.engine.execute = self._execute  # type: ignore[method-assign]

    def file(self, name: bytes) -> Path:
        return Path(os.fsdecode(os.fsencode(self.home) + b"/" + name))

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
        done = subprocess.run(
            command,
            cwd=self.home,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env={**os.environ, **(environment or {})},
            timeout=timeout,
            check=False,
        )
        return done.returncode

    def restore(self, *paths: str, over: bool = False) -> FileRestore:
        """Ask for it, and carry it out."""
        made = FileRestore(
            restore_id=new_id(),
            studio_id=self.backup.studio_id,
            session_id=self.session_id,
            backup_id=self.backup.backup_id,
            owned_by=self.backup.owned_by,
            created_by=self.backup.owned_by,
            created_at=self.stage.clock(),
            state=FileRestoreState.IN_PROGRESS,
            paths=paths,
            targets=[path if over else beside(path, self.backup.created_at) for path in paths],
        )
        database, clock = self.stage.database, self.stage.clock
        with database.write() as connection:
            file_restores.insert(connection, made)
            work.schedule(connection, WORK, made.restore_id, clock())
        Loop(database, [Group("all", {WORK: FileRestoreSteps(self.stage.world)}, 1)], clock=clock).run_due()
        with database.read() as connection:
            after = file_restores.get(connection, made.restore_id)
        assert after is not None
        return after


@pytest.fixture
def play(stage: Stage) -> Play:
    return Play(stage)


def test_files_come_back_beside_and_over_the_present_ones_with_their_times(play: Play) -> None:
    before = play.file(b"plain.txt").stat()
    play.file(b"plain.txt").write_text("changed")
    play.file(b"d/mine").write_text("mine")
    play.file(b"d/two\nlines").unlink()
    done = play.restore("plain.txt", "d")
    assert (done.state, done.done_bytes) == (FileRestoreState.READY, 5 + 5 + 3 + 5)
    mark = f"(from backup {play.backup.created_at:%Y-%m-%d %H.%M.%S})"
    assert (play.home / f"plain {mark}.txt").read_text() == "plain"
    assert {each.name for each in (play.home / f"d {mark}").iterdir()} == {"two\nlines", "caf\udce9", "-rf", "link"}
    assert play.file(b"plain.txt").read_text() == "changed"
    assert play.restore("plain.txt", "d", "big", over=True).state is FileRestoreState.READY
    for name, content in NAMES.items():
        assert play.file(name).read_bytes() == content
    assert play.file(b"d/mine").read_text() == "mine"
    assert play.file(b"plain.txt").stat().st_mtime_ns == before.st_mtime_ns
    assert not [each for each in play.home.iterdir() if each.name.startswith(".greenroom-restore")]


def test_a_link_in_the_way_is_replaced_and_not_written_through(play: Play, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("untouched")
    play.file(b"plain.txt").unlink()
    play.file(b"plain.txt").symlink_to(outside)
    assert play.restore("plain.txt", over=True).state is FileRestoreState.READY
    assert outside.read_text() == "untouched"
    assert play.file(b"plain.txt").read_text() == "plain"
    assert not play.file(b"plain.txt").is_symlink()


@pytest.mark.parametrize(("path", "words"), [("nothing", "has no"), ("d/pipe", "no file or"), ("d/link", "no file or")])
def test_what_cannot_be_taken_out_fails_and_says_so(play: Play, path: str, words: str) -> None:
    done = play.restore("plain.txt", path)
    assert done.state is FileRestoreState.FAILED
    assert words in str(done.status_message)
    assert not list(play.home.glob("plain (*"))


def test_what_the_session_complains_of_is_told(play: Play) -> None:
    play.file(b"plain.txt").unlink()
    play.file(b"plain.txt").mkdir()
    done = play.restore("plain.txt", over=True)
    assert done.state is FileRestoreState.FAILED
    assert "directory" in str(done.status_message)


def test_a_session_that_was_stopped_meanwhile_ends_it(play: Play) -> None:
    play.stage.stop(play.session_id)
    assert play.stage.session(play.session_id).state is SessionState.STOPPED
    assert play.restore("plain.txt").state is FileRestoreState.FAILED


def test_a_vault_that_is_away_is_waited_for(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_arguments: object) -> None:
        raise VaultUnavailableError("the vault cannot be reached.")

    monkeypatch.setattr(play.stage.vault, "tree", away)
    waiting = play.restore("plain.txt")
    assert waiting.state is FileRestoreState.IN_PROGRESS
    assert "tried again" in str(waiting.status_message)
