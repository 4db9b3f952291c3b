"""Failures that a person can do something about: one message each, never a traceback."""

import errno


class CommandError(Exception):
    """The command cannot go on; the text says what, where, and what to do."""


FORESEEN = frozenset(
    {
        "greenroom.cli.failures.CommandError",
        "greenroom.engines.base.EngineError",
        "greenroom.engines.images.errors.ImageError",
        "greenroom.server.audit.log.AuditUnavailableError",
        "greenroom.server.founding.FoundingRefused",
        "greenroom.server.house.NotFoundedError",
        "greenroom.server.serving.ServingError",
        "greenroom.server.settings_file.SettingsError",
        "greenroom.server.tls.TlsError",
        "greenroom.store.database.DatabaseUnavailableError",
        "greenroom.studio.errors.Refusal",
        "greenroom.vaults.base.VaultError",
        "greenroom.volumes.base.VolumesError",
        "greenroom.wire.errors.ApiError",
    }
)
"""Families of errors whose text is for the person at the keyboard. By name: a command that fails early, or not at all,
need not import what it never used."""

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Numbers of the system's errors where a disk, or somebody's share of it, is full."""
_FREE_SPACE = (
    "Free some space there (greenroom doctor names the disks of a studio that are full), then give the same command"
    " again."
)


def explain(error: Exception) -> str | None:
    """What to print for a failure that was foreseen; None where it is a defect and its traceback should show."""
    if isinstance(error, OSError) and error.strerror is not None:
        text = f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."
        return f"{text} {_FREE_SPACE}" if error.errno in FULL else text
    families = {f"{each.__module__}.{each.__qualname__}" for each in type(error).__mro__}
    return str(error) if families & FORESEEN else None
