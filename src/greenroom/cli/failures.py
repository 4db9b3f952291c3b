"""Failures that a person can do something about: one message each, never a traceback."""

from collections.abc import Callable


class CommandError(Exception):
    """The command cannot go on; the text says what, where, and what to do."""


def explain(error: Exception) -> str | None:
    """What to print for a failure that was foreseen; None where it is a defect and its traceback should show.

    The families are imported only now: most commands never fail, and all of them should start quickly.
    """
    return next((text for reading in _READINGS if (text := reading(error)) is not None), None)


def _own(error: Exception) -> str | None:
    return str(error) if isinstance(error, CommandError) else None


def _answered(error: Exception) -> str | None:
    from greenroom.wire.errors import ApiError

    return f"{error.message} ({error.name})" if isinstance(error, ApiError) else None


def _refused(error: Exception) -> str | None:
    from greenroom.studio.errors import Refusal

    return error.message if isinstance(error, Refusal) else None


def _parts(error: Exception) -> str | None:
    from greenroom.engines.base import EngineError
    from greenroom.server.founding import FoundingRefused
    from greenroom.server.house import NotFoundedError
    from greenroom.server.serving import ServingError
    from greenroom.server.settings import SettingsError
    from greenroom.store.database import DatabaseUnavailableError
    from greenroom.vaults.base import VaultError
    from greenroom.volumes.base import VolumesError

    families = (
        DatabaseUnavailableError,
        EngineError,
        FoundingRefused,
        NotFoundedError,
        ServingError,
        SettingsError,
        VaultError,
        VolumesError,
    )
    return str(error) if isinstance(error, families) else None


def _system(error: Exception) -> str | None:
    if not isinstance(error, OSError) or error.strerror is None:
        return None
    return f"{error.filename}: {error.strerror}." if error.filename else f"{error.strerror}."


_READINGS: tuple[Callable[[Exception], str | None], ...] = (_own, _answered, _refused, _parts, _system)
