"""The parts that a data directory's settings name, made but not opened; the database is no concern of theirs."""

import hashlib
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from greenroom.control.studio_vaults import StudioVaults
from greenroom.engines.base import Engine
from greenroom.server.settings import WHOLE_SHARE, Settings
from greenroom.store.database import Database
from greenroom.vaults.trees import Trees
from greenroom.volumes.base import Volumes

if TYPE_CHECKING:
    from greenroom.vaults.restic import ResticVault


def engine_of(settings: Settings) -> Engine:
    """Where sessions run."""
    from greenroom.engines import choose

    return choose.choose(
        settings.engine,
        settings.data / "sessions",
        desktop=settings.desktop,
        desktop_programs=settings.desktop_programs,
        gpu=settings.gpu,
        seed=settings.simulated_seed,
        latency=settings.simulated_latency,
        faults=settings.simulated_faults,
    )


def volumes_of(settings: Settings) -> Volumes:
    """Where sessions' files live."""
    from greenroom.volumes import choose
    from greenroom.volumes.btrfs import Limits

    return choose.choose(settings.volumes, settings.data / "volumes", Limits(settings.volume_limits))


def vault_of(settings: Settings, path: str = "", *, repository: str = "", unhurried: bool = False) -> "ResticVault":
    """Where backups are kept: those of the founding studio, or of the one whose repository is in that folder.

    `repository`: the vault by another way in, on which an operator may delete. `unhurried`: no more is read from it in
    a second than the proving of old backups may take.
    """
    from greenroom.vaults import choose
    from greenroom.vaults.call import Limits

    limits = Limits(settings.vault_upload, settings.vault_download)
    return choose.choose(
        repository or settings.vault,
        path,
        password_file=settings.vault_password_file,
        cache=_cache(settings, path),
        scratch=settings.data / "vault-scratch",
        limits=limits.lower(Limits(0, settings.verify_download)) if unhurried else limits,
        append_only=settings.vault_append_only == "yes" and not repository,
        ease=_ease(settings),
    )


def _ease(settings: Settings) -> Sequence[str]:
    """How restic gives way to sessions."""
    from greenroom.engines.shim import cgroups
    from greenroom.vaults import ease

    if settings.backup_cpu_share >= WHOLE_SHARE:
        return ease.USUAL
    return ease.giving_way(cgroups.background(settings.backup_cpu_share))


def trees_of(settings: Settings) -> Trees:
    """What backups hold, as far as it is kept on this machine."""
    return Trees(settings.data / "cache" / "backup-trees", settings.backup_index_space)


def copy_of(settings: Settings, place: str, path: str = "") -> "ResticVault":
    """Where copies of what that folder of the vault has are kept at that place, with a cache of its own."""
    from greenroom.vaults import choose
    from greenroom.vaults.call import Limits

    return choose.choose(
        place,
        path,
        password_file=settings.vault_password_file,
        # Within that of what it copies: marks of what went from either are looked for together.
        cache=_cache(settings, path) / "copies" / hashlib.sha256(place.encode()).hexdigest()[:16],
        scratch=settings.data / "vault-scratch",
        limits=Limits(settings.vault_upload, settings.vault_download),
        append_only=settings.vault_copies_append_only == "yes",
        ease=_ease(settings),
    )


def studio_vaults(settings: Settings, database: Database, *, unhurried: bool = False) -> StudioVaults:
    """Where backups are kept, by studio."""
    return StudioVaults(database, lambda path: vault_of(settings, path, unhurried=unhurried))


def studio_copies(settings: Settings, database: Database) -> Sequence[StudioVaults]:
    """Where copies of them are kept, by studio, at each of the places."""
    return [StudioVaults(database, partial(copy_of, settings, place)) for place in settings.vault_copies]


def _cache(settings: Settings, path: str) -> Path:
    cache = settings.data / "vault-cache"
    return cache / "studios" / path if path else cache
