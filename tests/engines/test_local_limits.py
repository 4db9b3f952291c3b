"""What a session may take of the machine, by control groups or, without them, process by process."""

import os
import resource

import pytest
from tests.engines.sessions import Place

from greenroom.engines.base import SessionLimits
from greenroom.engines.shim.cgroups import ControlGroups
from greenroom.engines.shim.entry import Person

MIB = 1024**2


def test_a_session_gets_no_more_memory_than_its_limit(local: Place) -> None:
    spec = local.started(limits=SessionLimits(memory_bytes=128 * MIB))
    assert local.run(spec, "python3", "-c", f"print(len(bytearray({32 * MIB})))").status == 0
    assert local.run(spec, "python3", "-c", f"print(len(b'x' * {512 * MIB}))").status != 0
    assert local.engine.is_running(spec.session_id)


def test_a_session_gets_no_more_processes_than_its_limit(local: Place) -> None:
    spec = local.started(limits=SessionLimits(pids=24))
    said = local.run(spec, "bash", "-c", "for i in $(seq 60); do sleep 60 & done; jobs -p | wc -l")
    assert said.status != 0 or int(said.output) < 24
    assert local.engine.is_running(spec.session_id)


def test_what_no_control_group_keeps_is_kept_for_each_process() -> None:
    limits = SessionLimits(cpus=1, memory_bytes=512 * MIB, pids=100)
    pid = os.fork()
    if pid == 0:
        Person(os.getuid(), os.getgid(), ControlGroups([]), limits).limit()
        kept = (
            len(os.sched_getaffinity(0)) == 1,
            resource.getrlimit(resource.RLIMIT_DATA)[0] == 512 * MIB,
            resource.getrlimit(resource.RLIMIT_NPROC)[0] == 100,
        )
        os._exit(0 if all(kept) else 1)
    assert os.waitpid(pid, 0)[1] == 0


@pytest.mark.parametrize("missing", [[], ["cpu"], ["cpu", "memory", "pids"]])
def test_only_what_groups_lack_is_left_to_processes(missing: list[str]) -> None:
    left = SessionLimits(cpus=1, memory_bytes=2, pids=3).only(missing)
    assert left == SessionLimits(
        cpus=1 if "cpu" in missing else None,
        memory_bytes=2 if "memory" in missing else None,
        pids=3 if "pids" in missing else None,
    )
