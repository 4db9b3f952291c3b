"""What tests of engines share: places for sessions, specs, and commands run inside."""

import itertools
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.support import require, wait_until

from greenroom.engines.base import Engine, EngineError, SessionSpec
from greenroom.engines.local import LocalEngine
from greenroom.engines.shim.runtime import RuntimeDirectory, State

_numbers = itertools.count(1)
FIRST_UID = 300_000 + os.getpid() % 4_000 * 1_000
"""Of the host users that sessions of this test process run as, where it is root."""


@dataclass(frozen=True)
class Result:
    """What a command inside a session did."""

    status: int
    output: str
    errors: str


@dataclass
class Place:
    """A data directory with an engine in it."""

    data: Path
    engine: Engine
    specs: list[SessionSpec] = field(default_factory=list)

    def spec(self, **changes: object) -> SessionSpec:
        """A session with a volume of its own."""
        number = next(_numbers)
        uid = FIRST_UID + number if os.geteuid() == 0 else os.geteuid()
        volume = self.data / "volumes" / f"volume-{number}"
        volume.mkdir(mode=0o700, parents=True)
        os.chown(volume, uid, uid if os.geteuid() == 0 else -1)
        spec = SessionSpec(
            session_id=f"session-{number}", hostname=f"ws-{number}", user="artist", uid=uid, volume=volume
        )
        spec = replace(spec, **changes)  # type: ignore[arg-type]
        self.specs.append(spec)
        return spec

    def started(self, **changes: object) -> SessionSpec:
        """A session that runs."""
        spec = self.spec(**changes)
        self.engine.start(spec)
        return spec

    def run(
        self, spec: SessionSpec, *command: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
    ) -> Result:
        """Run a command inside to its end."""
        return run(self.engine, spec.session_id, command, stdin=stdin, environment=environment)

    def shell(self, spec: SessionSpec, script: str) -> str:
        """What a shell script inside prints; it must succeed."""
        result = self.run(spec, "sh", "-c", script)
        assert result.status == 0, result
        return result.output.strip()

    def runtime(self, spec: SessionSpec) -> RuntimeDirectory:
        """The session's runtime directory (of the local engine)."""
        return RuntimeDirectory(self.data / "sessions" / spec.session_id)

    def state(self, spec: SessionSpec) -> State:
        """Who runs the session (of the local engine)."""
        state = self.runtime(spec).running()
        assert state is not None
        return state

    def log(self, spec: SessionSpec) -> str:
        """The session's log (of the local engine)."""
        return self.runtime(spec).log.read_text()


def run(
    engine: Engine,
    session_id: str,
    command: Sequence[str],
    *,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
) -> Result:
    """Run a command inside a session to its end."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        given.write(stdin)
        given.seek(0)
        status = engine.execute(
            session_id,
            command,
            stdin=given.fileno(),
            stdout=output.fileno(),
            stderr=errors.fileno(),
            environment=environment,
        )
        output.seek(0)
        errors.seek(0)
        return Result(status, output.read().decode(), errors.read().decode())


@contextmanager
def local_place(data: Path, **options: object) -> Iterator[Place]:
    """A place with the local engine; afterwards nothing of its sessions is left."""
    require("bwrap")
    place = Place(data, LocalEngine(data / "sessions", hidden=[data], **options))  # type: ignore[arg-type]
    try:
        yield place
    finally:
        for spec in place.specs:
            try:
                place.engine.stop(spec.session_id, 0)
                place.engine.forget(spec.session_id)
            except EngineError as error:  # the others are to end all the same; the check below tells
                print(error)  # noqa: T201
        for spec in place.specs if os.geteuid() == 0 else ():
            wait_until(lambda uid=spec.uid: not processes_of(uid), what=f"the end of {spec.session_id}")  # type: ignore[misc]


def processes_of(uid: int) -> list[int]:
    """The host's processes of that user."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                lines = (entry / "status").read_text().splitlines()
            except OSError:
                continue
            fields = dict(line.split(":\t", 1) for line in lines if ":\t" in line)
            if fields["Uid"].split()[0] == str(uid) and not fields["State"].startswith("Z"):
                found.append(int(entry.name))
    return found
