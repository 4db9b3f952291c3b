"""Where a setting's value comes from: the nearest source that has one, for whatever settings are declared."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from greenroom.server.setting_forms import PATH, whole_number
from greenroom.server.setting_sources import FILE_NAME, SourcedValues, setting, table_of
from greenroom.server.settings_file import SettingsError


@dataclass(frozen=True, kw_only=True)
class Two(SourcedValues):
    """Settings of this test's own."""

    workers: int = setting(whole_number(1, 64), "4", "Threads.")
    place: Path = setting(PATH, "DIR/place", "Where it is.")  # noqa: RUF009  it makes a field


def test_what_is_declared_is_the_table_in_its_order() -> None:
    assert [(each.name, each.default, each.meaning) for each in table_of(Two).values()] == [
        ("workers", "4", "Threads."),
        ("place", "DIR/place", "Where it is."),
    ]


@pytest.mark.parametrize(
    ("file", "environ", "override", "value", "source"),
    [
        ("", {}, None, 4, "default"),
        ("workers = 5\n", {}, None, 5, f"{FILE_NAME}:1"),
        ("workers = 5\n", {"GREENROOM_WORKERS": " 6 "}, None, 6, "GREENROOM_WORKERS"),
        ("workers = 5\n", {"GREENROOM_WORKERS": "6"}, 7, 7, "command line"),
    ],
)
def test_the_nearest_source_counts(
    file: str, environ: dict[str, str], override: int | None, value: int, source: str, tmp_path: Path
) -> None:
    (tmp_path / FILE_NAME).write_text(file)
    read = Two.load(tmp_path, environ, workers=override)
    assert (read.workers, read.sources["workers"]) == (value, source)
    assert (read.data, read.place, read.sources["place"]) == (tmp_path, tmp_path / "place", "default")
    assert next((each.name, text, told) for each, text, told in read.shown()) == ("workers", str(value), source)


def test_a_value_that_is_refused_is_told_with_its_source(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"GREENROOM_WORKERS"):
        Two.load(tmp_path, {"GREENROOM_WORKERS": "0"})
