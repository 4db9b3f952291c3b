"""Notes in volumes whose owners may be hostile."""

from pathlib import Path

import pytest

from greenroom.volumes.base import VolumesError
from greenroom.volumes.notes import has_note, leave_note


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    (tmp_path / "volume").mkdir()
    return tmp_path / "volume"


def test_a_note_is_written_and_replaced(volume: Path) -> None:
    assert not has_note(volume, (".greenroom", "started-from"))
    leave_note(volume, ".greenroom", "started-from", "first")
    leave_note(volume, ".greenroom", "started-from", "second")
    assert (volume / ".greenroom" / "started-from").read_text() == "second"
    assert [path.name for path in (volume / ".greenroom").iterdir()] == ["started-from"]
    assert has_note(volume, (".greenroom", "started-from"))


def test_no_link_leads_it_out_of_the_volume(volume: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (volume / ".greenroom").symlink_to(tmp_path / "outside")
    with pytest.raises(VolumesError):
        leave_note(volume, ".greenroom", "started-from", "text")
    assert list((tmp_path / "outside").iterdir()) == []


def test_a_link_in_its_place_is_replaced_and_not_followed(volume: Path, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("mine")
    (volume / ".greenroom").mkdir()
    (volume / ".greenroom" / "started-from").symlink_to(tmp_path / "precious")
    leave_note(volume, ".greenroom", "started-from", "text")
    assert (tmp_path / "precious").read_text() == "mine"
    assert (volume / ".greenroom" / "started-from").read_text() == "text"


def test_what_cannot_be_replaced_leaves_nothing_behind(volume: Path) -> None:
    (volume / ".greenroom" / "started-from" / "full").mkdir(parents=True)
    with pytest.raises(VolumesError):
        leave_note(volume, ".greenroom", "started-from", "text")
    assert [path.name for path in (volume / ".greenroom").iterdir()] == ["started-from"]
