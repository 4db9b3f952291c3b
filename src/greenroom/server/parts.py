"""The parts that a data directory's settings name, made but not opened; the database is no concern of theirs."""

from greenroom.engines.base import Engine
from greenroom.server.settings import Settings
from greenroom.vaults.base import Vault
from greenroom.vaults.trees import Trees
from greenroom.volumes.base import Volumes


def engine_of(settings: Settings) -> Engine:
    """Where sessions run."""
    from greenroom.engines import choose

    return choose.choose(
        settings.engine,
        settings.data / "sessions",
        desktop=settings.desktop,
        seed=settings.simulated_seed,
        latency=settings.simulated_latency,
        faults=settings.simulated_faults,
    )


def volumes_of(settings: Settings) -> Volumes:
    """Where sessions' files live."""
    from greenroom.volumes import choose

    return choose.choose(settings.volumes, settings.data / "volumes")


def vault_of(settings: Settings) -> Vault:
    """Where backups are kept."""
    from greenroom.vaults import choose

    return choose.choose(
        settings.vault,
        password_file=settings.vault_password_file,
        cache=settings.data / "vault-cache",
        scratch=settings.data / "vault-scratch",
    )


def trees_of(settings: Settings) -> Trees:
    """What backups hold, as far as it is kept on this machine."""
    return Trees(settings.data / "cache" / "backup-trees", settings.backup_index_space)
