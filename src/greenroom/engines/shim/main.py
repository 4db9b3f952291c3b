"""The shim's life: start the session, serve its control socket, end it."""

import contextlib
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from greenroom.engines.shim import cgroups, initialization, kernel, namespace, network
from greenroom.engines.shim.entry import Person
from greenroom.engines.shim.journal import Journal
from greenroom.engines.shim.keeper import Keeper
from greenroom.engines.shim.processes import ProcessIdentity
from greenroom.engines.shim.runtime import RuntimeDirectory, State

START_TIMEOUT = 20.0
"""Seconds that the namespaces may take to begin."""
READY = b'{"ready": true}'
"""What a shim reports of a session that is ready for its user."""


def main(directory: str, lock: str, report: str) -> None:
    """Run the shim of the session whose runtime directory this is, as a daemon of its own.

    `lock`: the inherited file that holds the session's lock.
    `report`: an inherited pipe; gets READY, or one JSON object with the `error`.
    """
    for descriptor in (int(lock), int(report)):
        os.set_inheritable(descriptor, False)
    if os.fork():
        os._exit(0)
    os.umask(0o077)
    os.chdir("/")
    runtime = RuntimeDirectory(Path(directory))
    journal = Journal(runtime.log)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.close(null)
    journal.become_output()
    kernel.leave_session_keyring()
    sys.path.clear()  # all is loaded: an update of the program must not mix into one that runs
    try:
        keeper = _start(runtime, journal)
    except (namespace.NamespaceError, network.NetworkError, initialization.ScriptError, OSError, ValueError) as error:
        journal.note(f"the session could not start: {error}")
        runtime.clear(timeout=5)
        told = {"error": str(error)}
        if isinstance(error, initialization.ScriptError):
            told["status"] = "INITIALIZATION_SCRIPT_ERROR"
        _report(int(report), json.dumps(told).encode())
        return
    _report(int(report), READY)
    os.close(int(report))
    keeper.run()


def _report(pipe: int, message: bytes) -> None:
    with contextlib.suppress(BrokenPipeError):  # whoever started this is gone; the session stays
        os.write(pipe, message)


def _start(runtime: RuntimeDirectory, journal: Journal) -> Keeper:
    """Bring the session up: after each step, the state tells whoever finds it what is there to end."""
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)
    launch = runtime.launch()
    own = ProcessIdentity.of(os.getpid())
    if own is None:
        raise OSError("/proc does not show this process: mount it")
    runtime.write_state(State(shim=own))
    cgroups.leave_service()
    groups, missing = cgroups.create(launch.control_group, launch.spec.limits)
    state = State(shim=own, control_groups=groups.directories)
    runtime.write_state(state)
    for controller in missing:
        journal.note(f"no control group for '{controller}' can be made: it is limited for each process instead")
    person = Person(
        uid=launch.spec.uid,
        gid=launch.gid,
        control_groups=groups,
        limits=launch.spec.limits.only(missing),
        groups=launch.groups,
    )
    inside = namespace.start(launch, person, START_TIMEOUT)
    runtime.write_state(state.with_namespace(inside.init))
    if launch.spec.outbound:
        network.connect(person, inside)
    if launch.spec.scripts:
        initialization.run(launch, person, inside, Journal(runtime.scripts))
    keeper = Keeper(runtime, journal, launch, person, inside)
    runtime.write_state(state.with_namespace(inside.init).ready(datetime.now(UTC).isoformat()))
    journal.note(f"session {launch.spec.session_id} started")
    return keeper
