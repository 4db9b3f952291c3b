"""The second hand as a process of its own: it proves, it gives way, it leaves nothing, and it can only say yes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NoReturn

import pytest
from structlog.testing import capture_logs
from tests.support import START, wait_until
from tests.vaults.conftest import make_vault
from tests.vaults.labels import label
from tests.vaults.test_damage import flip, largest, packs
from tests.vaults.trees import Tree

from greenroom.vaults import hand
from greenroom.vaults.base import BackupBrokenError, VaultFullError
from greenroom.vaults.call import NO_LIMITS
from greenroom.vaults.ease import giving_way
from greenroom.vaults.failures import SourceUnreadableError
from greenroom.vaults.hand import Aside, Process
from greenroom.vaults.proving import Place, Seen, Task
from greenroom.vaults.readback import Held
from greenroom.vaults.restic import ResticVault

HELD = Held("backup", "snapshot", "/greenroom/session")
ANSWERS = """
import sys
sys.path.append(sys.argv[1])
from greenroom.vaults.channel import Channel
from greenroom.vaults.proving import Prove, Proven, Seen, Task
with Channel.of_program() as parent:
    parent.receive(Task, lambda: True)
    parent.send(Seen(1, 2))
    parent.receive(Prove, lambda: True)
    {answer}
"""


class Elsewhere:
    """Does the work where the process does not."""

    def __init__(self) -> None:
        self.proved: list[str] = []

    def seen(self) -> Seen:
        return Seen(7, 8)

    def prove(self, held: Held, created_at: datetime) -> None:
        self.proved.append(held.snapshot)

    def end(self) -> None:
        """Nothing was begun."""


def running(pid: int) -> bool:
    """Whether the process is there, as more than what its parent has yet to take notice of."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The ids of the processes that were started; each is gone when the test ends."""
    pids: list[int] = []
    start = Process.started

    def noted(ease: tuple[str, ...]) -> Process:
        process = start(ease)
        pids.append(process.pid)
        return process

    monkeypatch.setattr(Process, "started", noted)
    yield pids
    assert [pid for pid in pids if running(pid)] == []


@pytest.fixture
def beside(vault: ResticVault, tmp_path: Path) -> ResticVault:
    """A vault to which every tree is a large one."""
    return make_vault(tmp_path / "repository", tmp_path / "vault", few=0)


def task(tree: Path) -> Task:
    """To look at that tree; no repository is there."""
    nowhere = bytes(tree / "nowhere")
    place = Place(
        location=str(tree / "nowhere"),
        password_file=nowhere,
        cache=nowhere,
        scratch=nowhere,
        proofs=nowhere,
        patience=1,
        limits=NO_LIMITS,
        ease=(),
    )
    return Task(place, "session", bytes(tree))


def test_a_large_tree_is_proven_by_a_process_of_its_own(
    beside: ResticVault, tree: Tree, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand, "scan", lambda _source: pytest.fail("the tree was looked through here"))
    with capture_logs() as logs:
        for number in range(2):
            backup = label("session")
            stored = beside.store(backup, tree.root)
            assert (stored.files, stored.size_bytes) == (5, 10 + 200_000 + 8 + sum(range(number + 1)))
            beside.verify(backup.backup_id, tree.root)
            proven = beside._proofs.newest("session")
            assert proven is not None
            assert proven.snapshot == stored.snapshot
            tree.write("empty", "n")
    assert len(started) == 2
    assert logs == []


def test_what_is_damaged_is_found_with_a_process_in_between(
    beside: ResticVault, tree: Tree, tmp_path: Path, started: list[int]
) -> None:
    first = label("session")
    beside.store(first, tree.root)
    beside.verify(first.backup_id, tree.root)
    old = packs(tmp_path / "repository")
    tree.write("shot/030/new.nk", os.urandom(200_000))
    second = label("session")
    beside.store(second, tree.root)
    added = largest(packs(tmp_path / "repository") - old)
    flip(added, added.stat().st_size // 2)
    with capture_logs() as logs, pytest.raises(BackupBrokenError, match=second.backup_id):
        beside.verify(second.backup_id, tree.root)
    assert [entry["event"] for entry in logs] == ["backup-read-by-restic"]
    assert len(started) == 2


def test_one_that_is_killed_leaves_the_proof_to_restic(beside: ResticVault, tree: Tree, started: list[int]) -> None:
    backup = label("session")
    beside.store(backup, tree.root)
    os.kill(started[0], signal.SIGKILL)
    with capture_logs() as logs:
        beside.verify(backup.backup_id, tree.root)
    assert [entry["event"] for entry in logs] == ["prover-lost"]
    proven = beside._proofs.newest("session")
    assert proven is not None


def test_a_store_that_fails_ends_it(
    beside: ResticVault, tree: Tree, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> NoReturn:
        raise VaultFullError("full")

    monkeypatch.setattr(beside, "_back_up", full)
    with pytest.raises(VaultFullError):
        beside.store(label("session"), tree.root)
    assert len(started) == 1


def test_what_is_never_asked_for_is_ended_when_the_backup_is_stored_again_or_forgotten(
    beside: ResticVault, tree: Tree, started: list[int]
) -> None:
    backup = label("session")
    beside.store(backup, tree.root)
    beside.store(backup, tree.root)
    assert [running(pid) for pid in started] == [False, True]
    beside.forget(backup.backup_id)


@pytest.mark.parametrize(
    "program",
    [
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
        "raise SystemExit('no memory')",
        r"import sys, time; sys.stdout.buffer.write(b'\0\0\0\1\xff'); sys.stdout.flush(); time.sleep(600)",
        ANSWERS.format(answer="parent.send(Proven('another snapshot'))"),
        ANSWERS.format(answer="parent.send(Seen(1, 2))"),
        ANSWERS.format(answer="parent.receive(Prove, lambda: True)"),
        ANSWERS.format(answer="raise MemoryError"),
    ],
    ids=[
        "dies",
        "fails",
        "babbles",
        "proves another",
        "says what was not asked",
        "hangs later",
        "fails later",
    ],
)
def test_whatever_is_wrong_with_it_the_work_is_done_elsewhere(
    program: str, tmp_path: Path, started: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand, "_PROGRAM", program)
    monkeypatch.setattr(hand, "SILENCE", 0.3)
    notes: list[str] = []
    elsewhere = Elsewhere()
    aside = Aside(Process.started(()), task(tmp_path), lambda event, _of, _why: notes.append(event), lambda: elsewhere)
    aside.prove(HELD, START)
    aside.end()
    assert elsewhere.proved == [HELD.snapshot]
    assert notes == ["prover-lost"]
    assert aside.seen() == (Seen(1, 2) if "Task" in program else Seen(7, 8))


def test_what_it_fails_at_is_told_as_it_is(tmp_path: Path, started: list[int]) -> None:
    (tmp_path / "file").touch()
    aside = Aside(Process.started(()), task(tmp_path / "file"), pytest.fail, pytest.fail)
    with pytest.raises(SourceUnreadableError, match="no directory"):
        aside.seen()
    aside.end()


def test_where_none_can_be_started_the_work_is_done_here(
    vault: ResticVault, tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_ease: tuple[str, ...]) -> NoReturn:
        raise BlockingIOError("no more processes")

    monkeypatch.setattr(Process, "started", refused)
    vault._hands._few = 0
    with capture_logs() as logs:
        assert vault._hands.begin("session", tree.root).seen().files == 5
    assert [entry["event"] for entry in logs] == ["prover-not-started"]


def test_it_dies_with_the_process_that_started_it() -> None:
    program = """
import time
from greenroom.vaults.hand import Process
process = Process.started(())
print(process.pid, flush=True)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        try:
            assert parent.stdout is not None
            pid = int(parent.stdout.readline())
            wait_until(lambda: b"proving" in Path(f"/proc/{pid}/cmdline").read_bytes(), what="its start")
        finally:
            parent.kill()
    wait_until(lambda: not running(pid), what="its end")


def test_it_ends_with_the_last_who_knows_of_it(started: list[int]) -> None:
    process = Process.started(())
    assert running(process.pid)
    del process
    wait_until(lambda: not running(started[0]), what="its end")


def test_it_gives_way_and_works_where_there_is_no_control_group(tmp_path: Path, started: list[int]) -> None:
    process = Process.started(giving_way([tmp_path / "gone" / "cgroup.procs"]))
    aside = Aside(process, task(tmp_path), pytest.fail, pytest.fail)
    assert aside.seen() == Seen(0, 0)
    assert os.getpriority(os.PRIO_PROCESS, process.pid) == 19
    aside.end()
