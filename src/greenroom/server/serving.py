"""The running server: one process with the API and the control loop, until it is told to end."""

import fcntl
import gc
import json
import os
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType

import structlog
import uvicorn

from greenroom.control import (
    backups,
    copies,
    endings,
    file_restores,
    health,
    housekeeping,
    notices,
    records,
    schedules,
    sessions,
    set_back,
    streams,
    verification,
)
from greenroom.control.loop import Group, Loop, Pauses
from greenroom.control.notices import Target
from greenroom.control.resources import resource_steps
from greenroom.control.watch import Boot, Watch
from greenroom.server.app import create_app
from greenroom.server.connections import BoundedHttp
from greenroom.server.house import House, open_house, utc_now
from greenroom.server.logs import configure_logs
from greenroom.server.metrics import Metrics
from greenroom.server.notices import targets_of
from greenroom.server.parts import studio_vaults
from greenroom.server.room import once_there_is_room
from greenroom.server.settings import Settings
from greenroom.server.tls import certificate_of, refuse_open_door, reloading
from greenroom.store import copies as copy_records
from greenroom.store import endings as ending_records
from greenroom.store import notices as cursors
from greenroom.store import schedules as schedule_records
from greenroom.store import work
from greenroom.streaming.relay import LARGEST_MESSAGE
from greenroom.vaults.base import VaultError

log = structlog.get_logger("greenroom.server")

DRAIN_SECONDS = 10
"""How long requests under way may take when the server ends."""
BACKLOG = 2048
"""Connections that may wait until they are taken."""
NOTICE_THREADS = 2
"""Targets of notices that are told at once."""
BACKUP_THREADS = 2
"""Backups made at once: they are bound by the disk and the vault's line, not by threads."""
ENDING_THREADS = 2
"""Desktops that something is asked of, or said in, at once."""
FILE_RESTORE_THREADS = 2
"""Restores of chosen files at once."""


class ServingError(Exception):
    """The server cannot run; the text says why and what to do."""


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT; sessions go on. A disk that is full at the start is waited for.

    Raises ServingError, TlsError, NotFoundedError, and what the database and the storage raise.
    """
    configure_logs(settings.log_format, settings.log_level)
    begun = threading.Event()
    once_there_is_room(lambda: _serve(settings, begun), begun=begun.is_set)


def _serve(settings: Settings, begun: threading.Event) -> None:
    """Serve to the end; `begun` is set once the server is up."""
    certificate = certificate_of(settings)
    targets = targets_of(settings, utc_now)
    with open_house(settings) as house, _sole_server(settings.data), _listening(settings) as listener:
        host, port = listener.getsockname()[:2]
        scheme = "https" if certificate else "http"
        endpoint = f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"
        metrics = Metrics()
        app = create_app(house, metrics)
        with (
            _told_of_its_end(endpoint),
            _controlling(house, metrics, targets),
            _announced(settings, endpoint),
            reloading(certificate),
        ):
            log.info(
                "serving",
                endpoint=endpoint,
                data=str(settings.data),
                engine=house.engine.name,
                volumes=house.volumes.name,
                vault=house.vaults.founding.name,
            )
            config = uvicorn.Config(
                app,
                loop="uvloop",
                http=BoundedHttp,
                # It reads no further than the application has taken, and what is streamed is compressed already.
                ws="websockets-sansio",
                ws_per_message_deflate=False,
                ws_max_size=LARGEST_MESSAGE,
                lifespan="off",
                access_log=False,
                log_config=None,
                server_header=False,
                # Left on, it would take anybody's X-Forwarded-For on this machine for the truth.
                proxy_headers=False,
                timeout_graceful_shutdown=DRAIN_SECONDS,
            )
            config.load()
            # A context of our own: it can be given another certificate while it is used.
            config.ssl = certificate.context if certificate else None
            # What is loaded by now stays: to look through all of it for garbage, as Python does now and then during
            # some request, takes tens of milliseconds.
            gc.freeze()
            begun.set()
            _Server(config, app.hang_up).run(sockets=[listener])


class _Server(uvicorn.Server):
    """uvicorn's, which waits for requests under way when it ends: those without an end are ended first."""

    def __init__(self, config: uvicorn.Config, hang_up: Callable[[], None]) -> None:
        super().__init__(config)
        self._hang_up = hang_up

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more, and wait for what is under way."""
        self._hang_up()
        await super().shutdown(sockets)


def control_loop(house: House, metrics: Metrics, targets: Mapping[str, Target] = MappingProxyType({})) -> Loop:
    """The loop with the steps of every kind of record, and notices to those targets."""
    world, threads = house.world, house.settings.workers
    groups = [
        Group(
            "sessions",
            {
                sessions.WORK: sessions.SessionSteps(world),
                streams.WORK: streams.StreamSteps(house.clock),
                schedules.WORK: schedules.ScheduleSteps(world),
                **resource_steps(house.clock),
            },
            threads,
        ),
        # Apart: a desktop that does not answer must keep no session from starting.
        Group("endings", {endings.WORK: endings.EndingSteps(world)}, ENDING_THREADS),
        Group("file-restores", {file_restores.WORK: file_restores.FileRestoreSteps(world)}, FILE_RESTORE_THREADS),
        Group("backups", {backups.WORK: backups.BackupSteps(world)}, BACKUP_THREADS),
        Group(
            "housekeeping",
            {
                housekeeping.WORK: housekeeping.HousekeepingSteps(world),
                housekeeping.PRUNE_WORK: housekeeping.PruneSteps(
                    world, {copies.resource(place.founding): place for place in house.copies}
                ),
            },
            1,
        ),
        # Apart: a prune of many hours must not keep them waiting.
        Group("records", {records.WORK: house.records_steps, health.WORK: health.HealthSteps(world)}, 1),
        Group("copies", {copies.WORK: copies.CopySteps(house.database, house.vaults, house.copies, house.clock)}, 1),
    ]
    # Of its own: a night's proofs must not keep stray volumes, or the purge, waiting.
    steps = verification.VerificationSteps(
        world,
        house.settings.data / "manifests",
        studio_vaults(house.settings, house.database, unhurried=True),
        on_result=metrics.observe_verification,
    )
    groups.append(Group("verification", {verification.WORK: steps}, 1))
    pauses = Pauses(house.settings.retry_base, house.settings.retry_limit)
    if targets:
        telling = notices.NoticeSteps(house.database, targets, house.clock, pauses)
        # Threads of their own: who does not answer keeps nothing but notices from being done.
        groups.append(Group("notices", {notices.WORK: telling}, min(len(targets), NOTICE_THREADS)))
    return Loop(
        house.database,
        groups,
        clock=house.clock,
        pauses=pauses,
        on_outcome=metrics.observe_work,
        on_set_back=set_back.act,
    )


@contextmanager
def _controlling(house: House, metrics: Metrics, targets: Mapping[str, Target]) -> Iterator[None]:
    loop = control_loop(house, metrics, targets)
    watch = Watch(house.world, loop.wake, boot=Boot(house.settings.data / "run" / "boot-id"))
    now, followers = house.clock(), copies.copies_of(house.copies)
    with house.database.write() as connection:
        if house.database.is_sqlite:
            # Nobody else is on this database: what is leased was leased by a server that is gone.
            work.release_all(connection)
        set_back.mind_at_start(connection, now)
        work.schedule(connection, housekeeping.WORK, housekeeping.RESOURCE, now)
        work.schedule(connection, verification.WORK, verification.RESOURCE, now)
        work.ensure(connection, health.WORK, housekeeping.RESOURCE, now)
        cursors.keep_targets(connection, targets)
        schedule_records.ensure_work(connection, now)
        ending_records.look_again(connection, now)
        for target in targets:
            work.nudge(connection, notices.WORK, target, now)
        work.ensure(connection, housekeeping.PRUNE_WORK, housekeeping.RESOURCE, now + housekeeping.PRUNE_INTERVAL)
        if house.settings.records_interval:
            work.schedule(connection, records.WORK, records.RESOURCE, now + house.settings.records_interval)
        copy_records.keep_only(connection, list(followers))
        for name in followers:
            work.schedule(connection, copies.WORK, name, now + copies.INTERVAL)
        for place in house.copies:
            name = copies.resource(place.founding)
            work.ensure(connection, housekeeping.PRUNE_WORK, name, now + housekeeping.PRUNE_INTERVAL)
    # Beside the rest: opening takes a second or, over a bad line, minutes, and sessions need no vault.
    threading.Thread(target=_open_vaults, args=(house,), name="open-vaults", daemon=True).start()
    house.wake = loop.wake
    loop.start()
    watch.start()
    try:
        yield
    finally:
        watch.stop()
        if not loop.stop(DRAIN_SECONDS):
            log.info("work-left", meaning="what is under way ends with this process; the next one takes it up again")


def _open_vaults(house: House) -> None:
    for path, vault in house.vaults.every().items():
        try:
            house.vaults.open(path)
        except VaultError as error:
            # Backups wait for it, and say so; other studios' do not.
            log.warning("vault-unavailable", error=str(error))
        else:
            log.info("vault-open", vault=vault.name)


@contextmanager
def _sole_server(data: Path) -> Iterator[None]:
    """One server a data directory: two would each think the other's sessions lost."""
    run = data / "run"
    run.mkdir(mode=0o700, exist_ok=True)
    with (run / "serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ServingError(
                f"A server runs on {data} already (see {run / 'server.json'}). End that one first."
            ) from error
        yield


@contextmanager
def _listening(settings: Settings) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((settings.host, settings.port))
            refuse_open_door(settings, listener.getsockname()[0])
            # From here on callers wait instead of being turned away, until the server takes them.
            listener.listen(BACKLOG)
        except OSError as error:
            raise ServingError(
                f"Cannot listen on {settings.host} port {settings.port}: {error.strerror}. "
                "Take another with --port (0 takes a free one)."
            ) from error
        # From here on connections queue: whoever reads where the server is can call it.
        listener.listen(BACKLOG)
        yield listener


@contextmanager
def _told_of_its_end(endpoint: str) -> Iterator[None]:
    """A last line in the log, also where a signal raised its way out of here."""
    try:
        yield
    finally:
        log.info("ended", endpoint=endpoint)


@contextmanager
def _announced(settings: Settings, endpoint: str) -> Iterator[None]:
    """Tell the command line where the server is, while it is there."""
    path = settings.data / "run" / "server.json"
    announcement = {"endpoint": endpoint, "pid": os.getpid()}
    if settings.tls_cert is not None:
        announcement["certificate"] = str(settings.tls_cert)
    beside = path.with_suffix(".new")
    try:
        beside.write_text(json.dumps(announcement), encoding="utf-8")
        beside.replace(path)
        yield
    finally:
        beside.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
