"""The file of the settings: what is written is read, and nothing else of it is touched."""

from pathlib import Path

import pytest

from greenroom.server.settings import TABLE
from greenroom.server.settings_file import SettingsError, read_file, write_file


def test_what_is_written_is_read_with_its_line_and_the_rest_stays(tmp_path: Path) -> None:
    path = tmp_path / "greenroom.toml"
    path.write_text("# mine\nport = 1\nregion = 'eu-west-1'\n")
    write_file(path, {"port": 8421, "log_format": "json"}, TABLE)
    assert path.read_text() == "# mine\nport = 8421\nregion = 'eu-west-1'\nlog_format = \"json\"\n"
    assert read_file(path, TABLE) == {
        "port": ("8421", "greenroom.toml:2"),
        "region": ("eu-west-1", "greenroom.toml:3"),
        "log_format": ("json", "greenroom.toml:4"),
    }
    assert path.stat().st_mode & 0o777 == 0o600


def test_what_could_not_be_read_back_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "greenroom.toml"
    with pytest.raises(SettingsError, match="Accepted"):
        write_file(path, {"port": 70_000}, TABLE)
    assert list(tmp_path.iterdir()) == []


def test_where_there_is_no_file_nothing_is_set(tmp_path: Path) -> None:
    assert read_file(tmp_path / "greenroom.toml", TABLE) == {}
