"""Steps of restores of files: out of the vault, into a running session, by the session's own user.

The files are written by a program inside the session, as its user and in its namespaces: whatever links lie in its
home, they lead to nothing that the session could not reach anyhow. All of it arrives in a hidden directory first, and
takes its place from there.
"""

import os
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime

import structlog

from greenroom.control.loop import Held, RetryLater
from greenroom.control.world import World
from greenroom.engines.base import EngineError, EnginePermanentError
from greenroom.store import file_restores, sessions, work
from greenroom.studio.file_restores import FileRestore, FileRestoreState, ended
from greenroom.studio.status import SessionState
from greenroom.vaults.base import BackupMissingError, TreeEntry, VaultError

log = structlog.get_logger("greenroom.control")

WORK = work.FILE_RESTORE

CHUNK = 256 * 1024
TOLD_EVERY = 64 * 1024 * 1024
"""Bytes between two notes of the progress."""
_SAID = 800
"""Characters of what the session's programs complained of."""
_RECEIVE = r"""
set -eu
staging=".greenroom-restore-$1"
rm -rf -- "$staging"
trap 'rm -rf -- "$staging"' EXIT
mkdir -m 700 -- "$staging"
tar -x -p --no-same-owner -f - -C "$staging"
test -e "$staging/whole"
export LC_ALL=C
xargs -0 -n 2 sh -c '
    set -eu
    mkdir -p -- "$(dirname -- "./$2")"
    if [ -d "$0/$1" ] && [ ! -L "$0/$1" ]; then cp -a --remove-destination -T -- "$0/$1" "./$2"
    else mv -f -T -- "$0/$1" "./$2"; fi
' "$staging" < "$staging/targets"
"""


class _RefusedError(Exception):
    """It cannot be done, and trying again does not help; the text is for the person who asked."""


class FileRestoreSteps:
    """One step: all of it, safe to repeat."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, restore_id: str, held: Held) -> datetime | None:
        with self._world.database.read() as connection:
            restore = file_restores.get(connection, restore_id)
            session = sessions.get(connection, restore.session_id) if restore else None
        if restore is None or restore.state is not FileRestoreState.IN_PROGRESS:
            return None
        if session is None or session.state is not SessionState.READY:
            self._end(restore, held, "The session is not READY any more. Start it, and ask again.")
            return None
        try:
            self._carry_out(restore, held)
        except (_RefusedError, BackupMissingError, EnginePermanentError) as error:
            self._end(restore, held, str(error))
        except (VaultError, EngineError) as error:
            self._note(restore, held, f"{error} It is tried again.", 0, None)
            raise RetryLater(str(error), reason=error.reason) from error
        else:
            self._end(restore, held, None)
        return None

    def _carry_out(self, restore: FileRestore, held: Held) -> None:
        chosen = self._chosen(restore)
        total = sum(entry.size for entries in chosen for entry in entries if entry.type == "file")
        self._note(restore, held, None, 0, total)
        reader, writer = os.pipe()
        with ThreadPoolExecutor(1, "file-restore") as pool, tempfile.TemporaryFile() as said:
            # The vault's programs end with the thread that started them: one thread does all of the writing.
            sending = pool.submit(self._send, restore, chosen, writer, held, total)
            try:
                nothing = os.open(os.devnull, os.O_RDWR)
                try:
                    status = self._world.engine.execute(
                        restore.session_id,
                        ["sh", "-c", _RECEIVE, "sh", restore.restore_id],
                        stdin=reader,
                        stdout=nothing,
                        stderr=said.fileno(),
                    )
                finally:
                    os.close(nothing)
            finally:
                os.close(reader)  # who still writes is told that nobody reads
                failure = sending.exception()
            said.seek(0)
            words = said.read().decode(errors="replace").strip()[-_SAID:]
        if failure is not None and not (status and isinstance(failure, BrokenPipeError)):
            raise failure
        if status:
            raise _RefusedError(f"The session could not take the files: {words or f'status {status}'}")

    def _chosen(self, restore: FileRestore) -> list[list[TreeEntry]]:
        """For each path the entry there, and if it is a directory all below it. Raises _RefusedError."""
        found: dict[str, list[TreeEntry]] = {path: [] for path in restore.paths}

        def take(entries: Iterator[TreeEntry]) -> None:
            for each in found.values():
                each.clear()
            for entry in entries:
                for path, below in found.items():
                    if entry.path == path or entry.path.startswith(f"{path}/"):
                        below.append(entry)

        self._world.vaults.of(restore.studio_id).tree(restore.backup_id, take)
        for path, below in found.items():
            if not below:
                raise _RefusedError(f"The backup has no {path!r}. List its files.")
            if below[0].raw is None or below[0].type not in ("file", "dir"):
                raise _RefusedError(f"{path!r} is no file or directory that can be taken out alone.")
        return list(found.values())

    def _send(
        self, restore: FileRestore, chosen: Sequence[list[TreeEntry]], writer: int, held: Held, total: int
    ) -> None:
        """Write it all to the pipe as a tar: each under its number, where they go in `targets`, `whole` at the end."""
        with os.fdopen(writer, "wb", buffering=CHUNK) as pipe:
            done = told = 0
            pairs = b"".join(b"%d\0%s\0" % (number, os.fsencode(to)) for number, to in enumerate(restore.targets))
            pipe.write(_packed(_info("targets", len(pairs)), pairs))
            for member, chunks in self._members(restore, chosen):
                pipe.write(member.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape"))
                left = member.size
                for data in chunks:
                    left -= len(data)
                    if left < 0:
                        break
                    pipe.write(data)
                    done += len(data)
                    if done - told >= TOLD_EVERY:
                        told = done
                        self._note(restore, held, None, done, total)
                if left:
                    raise VaultError(f"the content of {member.name!r} is not of its size", reason="stream")
                pipe.write(b"\0" * (-member.size % tarfile.BLOCKSIZE))
            pipe.write(_packed(_info("whole", 0), b"") + b"\0" * (2 * tarfile.BLOCKSIZE))

    def _members(
        self, restore: FileRestore, chosen: Sequence[list[TreeEntry]]
    ) -> Iterator[tuple[tarfile.TarInfo, Iterator[bytes]]]:
        vault = self._world.vaults.of(restore.studio_id)
        for number, (top, *below) in enumerate(chosen):
            assert top.raw is not None  # noqa: S101  refused in _chosen
            info = _info(str(number), top.size if top.type == "file" else 0)
            info.mode, info.pax_headers = top.mode & 0o777, _time(top)
            if top.type == "file":
                with vault.stream(restore.backup_id, top.raw) as content:
                    yield info, iter(lambda content=content: content.read(CHUNK), b"")  # type: ignore[misc]
                continue
            info.type, info.mode = tarfile.DIRTYPE, info.mode | 0o700
            yield info, iter(())
            above = len(top.raw) + 1
            specials = {each.raw[above:] for each in below if each.raw and each.type not in ("file", "dir", "symlink")}
            times = {each.raw[above:]: _time(each) for each in below if each.raw}
            with vault.members(restore.backup_id, top.raw) as members:
                for member, file in members:
                    if os.fsencode(member.name) in specials:
                        continue
                    member.pax_headers = times.get(os.fsencode(member.name), {})
                    member.name = f"{number}/{member.name}"
                    yield member, iter(()) if file is None else iter(lambda file=file: file.read(CHUNK), b"")  # type: ignore[misc]

    def _note(self, restore: FileRestore, held: Held, message: str | None, done: int, total: int | None) -> None:
        with held.write() as connection:
            current = file_restores.get(connection, restore.restore_id, for_update=True)
            if current is not None and current.state is FileRestoreState.IN_PROGRESS:
                noted = replace(current, status_message=message and message[:1024], done_bytes=done)
                file_restores.save(connection, current, noted if total is None else replace(noted, total_bytes=total))

    def _end(self, restore: FileRestore, held: Held, failure: str | None) -> None:
        with held.write() as connection:
            current = file_restores.get(connection, restore.restore_id, for_update=True)
            if current is not None and current.state is FileRestoreState.IN_PROGRESS:
                after = ended(current, self._world.clock(), failure and failure[:1024])
                if failure is None:
                    after = replace(after, done_bytes=after.total_bytes or 0)
                file_restores.save(connection, current, after)
        log.info("file-restore", id=restore.restore_id, session=restore.session_id, failure=failure)


def _info(name: str, size: int) -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.size, info.mode = size, 0o600
    return info


def _time(entry: TreeEntry) -> dict[str, str]:
    """When the entry was changed, to the nanosecond: what is compared afterwards shall be the same."""
    seconds, nanoseconds = divmod(max(0, entry.modified_ns), 1_000_000_000)
    return {"mtime": f"{seconds}.{nanoseconds:09d}"}


def _packed(info: tarfile.TarInfo, content: bytes) -> bytes:
    padding = b"\0" * (-len(content) % tarfile.BLOCKSIZE)
    return info.tobuf(tarfile.PAX_FORMAT, "utf-8", "surrogateescape") + content + padding
