"""Under which names files come back, and how a restore of them ends."""

import pytest
from tests.support import START

from greenroom.studio.file_restores import beside


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("shot.exr", "shot (from backup 2023-01-31 09.30.00).exr"),
        ("a/b.c/shot.0001.exr", "a/b.c/shot.0001 (from backup 2023-01-31 09.30.00).exr"),
        ("notes", "notes (from backup 2023-01-31 09.30.00)"),
        (".bashrc", ".bashrc (from backup 2023-01-31 09.30.00)"),
        ("v1.final and really the last one", "v1.final and really the last one (from backup 2023-01-31 09.30.00)"),
    ],
)
def test_a_name_beside_keeps_its_ending(path: str, target: str) -> None:
    assert beside(path, START) == target


@pytest.mark.parametrize("name", ["x" * 255, "é" * 127 + ".exr"])
def test_a_name_beside_is_never_too_long(name: str) -> None:
    found = beside(f"d/{name}", START)
    assert len(found.removeprefix("d/").encode()) <= 255
    assert "(from backup 2023-01-31 09.30.00)" in found
