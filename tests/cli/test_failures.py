"""Failures: which have a message, and what it says."""

import errno
import importlib
from pathlib import Path

import pytest

from greenroom.cli.failures import FORESEEN, CommandError, explain
from greenroom.vaults.base import VaultLockedError
from greenroom.wire.errors import ConflictException


@pytest.mark.parametrize("family", sorted(FORESEEN))
def test_every_foreseen_family_is_there_under_its_name(family: str) -> None:
    module, _, name = family.rpartition(".")
    found = getattr(importlib.import_module(module), name)
    assert issubclass(found, Exception)
    assert f"{found.__module__}.{found.__qualname__}" == family


@pytest.mark.parametrize(
    "error",
    [CommandError("Do this."), VaultLockedError("Do this."), ConflictException("Do this.")],
    ids=lambda error: type(error).__name__,
)
def test_a_foreseen_failure_is_its_own_text_subclasses_too(error: Exception) -> None:
    assert explain(error) == "Do this."


def test_a_fault_of_the_system_names_the_file() -> None:
    with pytest.raises(FileNotFoundError) as caught:
        Path("/proc/no-such/place").mkdir()
    assert explain(caught.value) == "/proc/no-such/place: No such file or directory."


@pytest.mark.parametrize(("place", "named"), [("/srv/studio/x", "/srv/studio/x: "), (None, "")])
def test_a_full_disk_is_told_with_what_to_do(place: str | None, named: str) -> None:
    text = explain(OSError(errno.ENOSPC, "No space left on device", place))
    assert text is not None
    assert text.startswith(f"{named}No space left on device. Free some space")
    assert "greenroom doctor" in text


@pytest.mark.parametrize("error", [ValueError("x"), KeyError("x"), AssertionError("x"), TimeoutError()])
def test_a_defect_has_no_message(error: Exception) -> None:
    assert explain(error) is None
