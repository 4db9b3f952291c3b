"""The files of the portal's build, and which form of them a browser gets."""

from pathlib import Path

import pytest

from greenroom.portal.built_files import read_built


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What a build leaves: a page, a script in three forms, and a note of its own."""
    (tmp_path / "assets").mkdir()
    for name in ("index.html", "assets/page-1a2b.js", "assets/page-1a2b.js.br", "assets/page-1a2b.js.gz", ".sources"):
        (tmp_path / name).write_text(name)
    return tmp_path


def test_compressed_forms_and_the_builds_own_notes_are_no_files_of_their_own(folder: Path) -> None:
    assert read_built(folder).keys() == {"index.html", "assets/page-1a2b.js"}


def test_where_nothing_was_built_there_is_nothing(tmp_path: Path) -> None:
    assert read_built(tmp_path / "built") == {}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip, deflate", "gzip"),
        ("br;q=0, gzip;q=1.0", "gzip"),
        ("BR", "br"),
        ("identity", None),
        ("", None),
    ],
)
def test_a_browser_gets_the_smallest_form_that_it_accepts(folder: Path, accepted: str, encoding: str | None) -> None:
    script = read_built(folder)["assets/page-1a2b.js"]
    chosen, path = script.form_for(accepted)
    assert chosen == encoding
    assert path.name.removeprefix("page-1a2b.js") == {"br": ".br", "gzip": ".gz", None: ""}[encoding]


def test_a_type_is_told_that_browsers_run(folder: Path) -> None:
    files = read_built(folder)
    assert files["assets/page-1a2b.js"].media_type == "text/javascript; charset=utf-8"
    assert files["index.html"].media_type == "text/html; charset=utf-8"


def test_only_a_hashed_name_stands_for_its_content_for_ever(folder: Path) -> None:
    files = read_built(folder)
    assert files["assets/page-1a2b.js"].is_hashed
    assert not files["index.html"].is_hashed


def test_another_content_has_another_tag(folder: Path) -> None:
    before = read_built(folder)["index.html"].tag
    (folder / "index.html").write_text("another")
    assert read_built(folder)["index.html"].tag != before
