"""A volume as it is now: everything in it, nothing beside it."""

import os
import socket
import stat
from pathlib import Path

from greenroom.volumes.walking import walk


def test_everything_is_told_and_links_are_not_followed(tmp_path: Path) -> None:
    volume, outside = tmp_path / "volume", tmp_path / "outside"
    (volume / "d/e").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret").touch()
    (volume / "d/e/file").write_text("four")
    (volume / "out").symlink_to(outside)
    os.mkfifo(volume / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(volume / "socket"))
    found = dict(walk(volume))
    assert set(found) == {"d", "d/e", "d/e/file", "out", "pipe"}
    assert found["d/e/file"].st_size == 4
    assert stat.S_ISLNK(found["out"].st_mode)


def test_a_directory_that_becomes_a_link_meanwhile_leads_nowhere(tmp_path: Path) -> None:
    volume, outside = tmp_path / "volume", tmp_path / "outside"
    (volume / "d").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret").touch()
    entries = walk(volume)
    assert next(entries)[0] == "d"
    (volume / "d").rmdir()
    (volume / "d").symlink_to(outside)
    assert list(entries) == []


def test_what_goes_away_meanwhile_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    entries = walk(tmp_path)
    assert next(entries)[0] == "d"
    (tmp_path / "d").rmdir()
    assert list(entries) == []
