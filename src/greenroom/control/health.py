"""How each studio is, written down every hour, so that people see how it came to be so."""

import contextlib
from datetime import datetime

from greenroom.control.loop import Held
from greenroom.control.world import World
from greenroom.store import health, studios
from greenroom.studio.health import KEPT, Sample, counted, endangered, next_sample
from greenroom.studio.status import SessionState as State
from greenroom.studio.verification import proven_before
from greenroom.volumes.base import VolumesError

WORK = "health"


class HealthSteps:
    """One sample of each studio; due again at the next full hour."""

    def __init__(self, world: World) -> None:
        self._world = world

    def __call__(self, _resource_id: str, held: Held) -> datetime | None:
        now = self._world.clock()
        free = total = None
        # Where the storage does not answer, that is told by what it keeps from working; the rest is sampled.
        with contextlib.suppress(VolumesError, OSError):
            space = self._world.volumes.space()
            free, total = space.free, space.total
        with self._world.database.read() as connection:
            found = [
                (
                    studio.studio_id,
                    health.figures(connection, studio.studio_id, proven_before(now, self._world.verify_within)),
                )
                for studio in studios.every(connection)
            ]
        with held.write() as connection:
            for studio_id, figures in found:
                sessions, backups = counted(figures.sessions), dict(figures.backups)
                sample = Sample(
                    studio_id=studio_id,
                    sampled_at=now.replace(microsecond=0),
                    **{f"sessions_{name}": number for name, number in sessions.items()},
                    sessions_endangered=len(endangered(figures.protections, now, self._world.backup_interval)),
                    people_at_work=figures.people_at_work,
                    backups_ready=backups.get(State.READY, 0),
                    backups_failed=backups.get(State.CREATE_FAILED, 0),
                    backups_unproven=figures.unproven,
                    backup_bytes=figures.backup_bytes,
                    vault_bytes=figures.vault_bytes,
                    space_free=free,
                    space_total=total,
                    vault_up=figures.vault_up,
                )
                health.add(connection, sample)
            health.purge(connection, now - KEPT)
        return next_sample(now)
