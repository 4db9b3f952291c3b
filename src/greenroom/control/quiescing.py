"""Bringing a running session's programs to rest for a snapshot, and letting them go on.

What has to be done for that the programs know best: scripts in the session do it, as its user. They are run one after
another in a time that is limited in all, and whatever becomes of them, the backup is made, and says so.
"""

import contextlib
import os
import select
import threading
from dataclasses import replace
from types import TracebackType
from typing import Self

import structlog

from greenroom.control.loop import Held
from greenroom.control.world import World
from greenroom.engines.base import EngineError, EnginePermanentError
from greenroom.store import backups
from greenroom.studio.backups import StreamingSessionBackup

log = structlog.get_logger("greenroom.control")

BEFORE, AFTER = "before-backup", "after-backup"
"""What the scripts are called: in the image's `/etc/greenroom`, and in `~/.config/greenroom`."""

_SCRIPTS = r"""
failed=0
end() { [ "$2" = 0 ] || { failed=$2; echo "$1 ended with status $2" >&2; }; }
for script in "/etc/greenroom/$1" "$HOME/.config/greenroom/$1"; do
    if [ -f "$script" ] && [ -x "$script" ]; then "$script"; end "$script" $?; fi
done
if [ -n "$2" ]; then sh -c "$2"; end "the server's command" $?; fi
exit $failed
"""
_LAST_WORDS = 600
"""Bytes of what the scripts printed last, for the backup's record."""
_PIPE = 65536
_DRAIN = 16
"""Reads that what the scripts have printed may still take when they have ended."""
_NOT_RUNNING = "The session's programs had ended before by themselves: what they had not written by then is not in it."


def come_to_rest(world: World, held: Held, backup: StreamingSessionBackup) -> StreamingSessionBackup:
    """Have the session's programs write what they hold, and note how that went. Safe to repeat."""
    if world.engine.is_running(backup.session_id):
        problem = _run(world, backup, BEFORE, world.backup_script_before)
    else:
        problem = _NOT_RUNNING
    with held.write() as connection:
        before = backups.get(connection, backup.backup_id, for_update=True)
        if before is None:
            return backup
        at_rest = None if problem else world.clock()
        after = replace(before, quiesced_at=at_rest, quiesce_problem=problem and problem[:1024])
        backups.save(connection, before, after)
    return after


def go_on(world: World, held: Held, backup: StreamingSessionBackup) -> StreamingSessionBackup:
    """Tell the session's programs that the snapshot is taken, or could not be. Safe to repeat."""
    if not world.engine.is_running(backup.session_id):
        return backup
    problem = _run(world, backup, AFTER, world.backup_script_after)
    if problem is None:
        return backup
    with held.write() as connection:
        before = backups.get(connection, backup.backup_id, for_update=True)
        if before is None:
            return backup
        told = " ".join(filter(None, (before.quiesce_problem, problem)))
        after = replace(before, quiesce_problem=told[:1024])
        backups.save(connection, before, after)
    return after


def _run(world: World, backup: StreamingSessionBackup, name: str, command: str) -> str | None:
    """Run all scripts of that name in the session; what went wrong, for a person, or None."""
    which, timeout = name.replace("-backup", " the snapshot"), world.backup_script_timeout.total_seconds()
    nothing = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    words = _LastWords(_LAST_WORDS)
    try:
        with words:
            status = world.engine.execute(
                backup.session_id,
                ["sh", "-c", _SCRIPTS, "sh", name, command],
                stdin=nothing,
                stdout=words.writer,
                stderr=words.writer,
                environment={"GREENROOM_BACKUP_ID": backup.backup_id},
                timeout=timeout,
            )
    except EnginePermanentError:
        return None  # an engine that runs no commands has no programs that could be in the middle of something
    except EngineError as error:
        problem = f"What was to run {which} did not come to its end: {error}"
        if error.reason == "execute-timeout":
            problem = f"What ran {which} took longer than {timeout:g} s and was ended"
    else:
        if not status:
            return None
        problem = f"What ran {which} failed"
    finally:
        os.close(nothing)
    log.warning("backup-script-failed", id=backup.backup_id, session=backup.session_id, script=name, problem=problem)
    said = words.text()
    return f"{problem}. It said: {said}" if said else f"{problem}."


class _LastWords:
    """Takes in whatever is written to `writer`, so that nobody waits, and remembers its end.

    What a script leaves running in the background may write for ever: leaving the `with` waits for nobody.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._end = b""
        self._over = os.eventfd(0, os.EFD_CLOEXEC)
        self._reader, self.writer = os.pipe2(os.O_CLOEXEC)
        os.set_blocking(self._reader, False)
        self._thread = threading.Thread(target=self._listen, name="script-output", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.eventfd_write(self._over, 1)
        self._thread.join()
        for descriptor in (self._reader, self.writer, self._over):
            os.close(descriptor)

    def text(self) -> str:
        """The last lines, as one."""
        lines = self._end.decode(errors="replace").replace("\0", "").splitlines()
        return " / ".join(filter(None, map(str.strip, lines)))

    def _listen(self) -> None:
        waiting = select.poll()
        for descriptor in (self._reader, self._over):
            waiting.register(descriptor, select.POLLIN)
        over = False
        while not over:
            over = any(descriptor == self._over for descriptor, _ in waiting.poll())
            with contextlib.suppress(BlockingIOError):
                for _ in range(_DRAIN):
                    self._end = (self._end + os.read(self._reader, _PIPE))[-self._size :]
