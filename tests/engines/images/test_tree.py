"""Root file systems as they lie on the disk."""

import os
import sys
from pathlib import Path

import pytest

from greenroom.engines.images.errors import ImageError
from greenroom.engines.images.tree import check_machine, check_needed, inspect


@pytest.fixture
def root(tmp_path: Path) -> Path:
    path = tmp_path / "root"
    (path / "usr/bin").mkdir(parents=True)
    (path / "etc").mkdir()
    (path / "usr/bin/sh").write_text("x")
    (path / "bin").symlink_to("usr/bin")
    (path / "etc/passwd").write_text("")
    return path


def test_the_checksum_knows_names_modes_contents_and_links(root: Path) -> None:
    first = inspect(root)
    assert (first.files, first.size_bytes) == (2, 1)
    assert inspect(root) == first
    changes = (
        lambda: (root / "etc/passwd").write_text("x"),
        lambda: (root / "etc/passwd").chmod(0o600),
        lambda: (root / "etc/passwd").rename(root / "etc/passwd2") and (root / "etc/passwd").touch(),
        lambda: (root / "lib").symlink_to("usr/lib"),
    )
    seen = {first.sha256}
    for change in changes:
        change()
        seen.add(inspect(root).sha256)
    assert len(seen) == 5


def test_a_tree_without_a_shell_is_no_system(root: Path) -> None:
    (root / "usr/bin/sh").unlink()
    with pytest.raises(ImageError, match="it has no bin/sh"):
        check_needed(root)


def test_a_chain_of_links_that_leads_out_is_found(root: Path) -> None:
    (root / "usr/shallow").symlink_to("..")
    (root / "out").symlink_to("usr/shallow/../../x")
    with pytest.raises(ImageError, match="out leads out"):
        inspect(root)


def test_pipes_are_refused(root: Path) -> None:
    os.mkfifo(root / "pipe")
    with pytest.raises(ImageError, match="pipe is neither"):
        inspect(root)


def test_a_system_for_another_processor_is_refused_with_its_name(root: Path) -> None:
    own = Path(sys.executable).read_bytes()[:64]
    (root / "usr/bin/sh").write_bytes(own)
    check_machine(root)
    other = 183 if own[18] != 183 else 62
    (root / "usr/bin/sh").write_bytes(own[:18] + other.to_bytes(2, "little") + own[20:])
    with pytest.raises(ImageError, match=r"its programs are for (ARM64|x86-64), and this machine runs"):
        inspect(root)
