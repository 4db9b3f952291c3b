"""Freezing sessions of the local engine, and the limits on what they take."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.engines.sessions import Place, local_place, processes_of
from tests.support import unavailable, wait_until

from greenroom.engines.base import SessionLimits, SessionSpec
from greenroom.engines.shim import cgroups

COUNT = "n=0; while :; do n=$((n+1)); echo $n > count.new; mv count.new count; sleep 0.002; done"


def counter(spec: SessionSpec) -> Callable[[], int]:
    """Reads how far the session's process has counted."""

    def count() -> int:
        try:
            return int((spec.volume / "count").read_text() or 0)
        except FileNotFoundError:
            return 0

    return count


def moves(count: Callable[[], int], by: int = 10) -> None:
    """Wait until the counter has moved on."""
    before = count()
    wait_until(lambda: count() >= before + by)


def test_a_frozen_session_stands_still_while_others_run_and_goes_on_when_thawed(local: Place) -> None:
    frozen, other = (local.started(command=("sh", "-c", COUNT)) for _ in range(2))
    moves(counter(frozen))
    assert local.engine.freeze(frozen.session_id)
    before = counter(frozen)()
    moves(counter(other), by=30)
    assert counter(frozen)() == before
    local.engine.thaw(frozen.session_id)
    moves(counter(frozen))


def test_a_session_frozen_by_a_server_that_is_gone_goes_on_by_itself(data: Path) -> None:
    with local_place(data, longest_freeze=0.3) as place:
        spec = place.started(command=("sh", "-c", COUNT))
        moves(counter(spec))
        assert place.engine.freeze(spec.session_id)
        moves(counter(spec))
        assert "nobody thawed the session in time" in place.log(spec)
        assert not place.engine.thaw(spec.session_id)


def test_a_command_in_a_frozen_session_waits_for_the_thaw(data: Path) -> None:
    with local_place(data, longest_freeze=0.3) as place:
        spec = place.started()
        assert place.engine.freeze(spec.session_id)
        assert place.shell(spec, "echo at last") == "at last"


def test_a_fork_bomb_is_bounded_and_the_session_still_stops(local: Place) -> None:
    if os.geteuid() != 0:
        pytest.skip("without root all sessions share one limit")
    other = local.started()
    spec = local.started(
        limits=SessionLimits(pids=60), command=("bash", "-c", "bomb() { bomb | bomb & }; touch lit; bomb; sleep 1000")
    )
    wait_until((spec.volume / "lit").exists)
    seen = [len(processes_of(spec.uid)) for _ in range(20)]
    assert max(seen) <= 61  # bubblewrap's own process counts too, and is outside of the session
    assert local.shell(other, "echo well") == "well"
    local.engine.stop(spec.session_id, 0.2)
    assert processes_of(spec.uid) == []


def test_a_session_at_its_limit_of_processes_tells_so(local: Place) -> None:
    if os.geteuid() != 0:
        pytest.skip("without root all sessions share one limit")
    spec = local.started(
        limits=SessionLimits(pids=20),
        command=("sh", "-c", "trap '' TERM; while sleep 1000 & do echo >> made; done; wait"),
    )
    wait_until(lambda: "Cannot fork" in local.log(spec))
    local.engine.stop(spec.session_id, 0)


@pytest.mark.parametrize(
    ("limits", "controller", "file", "content"),
    [
        (SessionLimits(pids=77), "pids", ("pids.max", "pids.max"), ("77", "77")),
        (
            SessionLimits(memory_bytes=512 * 1024 * 1024),
            "memory",
            ("memory.max", "memory.limit_in_bytes"),
            ("536870912", "536870912"),
        ),
        (SessionLimits(cpus=1.5), "cpu", ("cpu.max", "cpu.cfs_quota_us"), ("150000 100000", "150000")),
    ],
)
def test_limits_are_set_where_the_machine_lets_them(
    local: Place, limits: SessionLimits, controller: str, file: tuple[str, str], content: tuple[str, str]
) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may make control groups")
    found = cgroups.hierarchies()
    if controller not in found.legacy and not _unified_offers(found.unified, controller):
        unavailable(f"this machine has no controller for {controller}")
    spec = local.started(limits=limits)
    written = [
        (group / name).read_text().strip()
        for group in local.state(spec).control_groups
        for name in file
        if (group / name).exists()
    ]
    assert written
    assert set(written) <= set(content)
    assert "limit not set" not in local.log(spec)


def _unified_offers(root: Path | None, controller: str) -> bool:
    return root is not None and controller in (root / "cgroup.controllers").read_text().split()
