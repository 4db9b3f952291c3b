"""Images: added whole or not at all, listed, proven, removed; and sessions that run on them."""

import hashlib
import os
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from tests.engines.sessions import Place
from tests.support import START

from greenroom.engines.base import EnginePermanentError
from greenroom.engines.images.errors import ImageError
from greenroom.engines.images.registry import Images

PROGRAMS = ("sh", "sleep", "cat", "touch", "id")


@pytest.fixture(scope="module")
def small_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A system with a shell and a few programs, taken from this machine's."""
    root = tmp_path_factory.mktemp("small") / "root"
    for name in ("usr/bin", "etc", "var/tmp"):
        (root / name).mkdir(parents=True)
    for name in PROGRAMS:
        _take(Path(shutil.which(name) or ""), root)
    for link, target in (("bin", "usr/bin"), ("lib", "usr/lib"), ("lib64", "usr/lib64")):
        (root / link).symlink_to(target)
    (root / "etc/passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (root / "etc/release").write_text("small\n")
    return root


def _take(program: Path, root: Path) -> None:
    """Copy a program with the libraries that it needs."""
    for path in (program, *_libraries(program)):
        real = path.resolve()
        place = root / "usr" / path.relative_to("/").as_posix().removeprefix("usr/")
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(real, place)


def _libraries(program: Path) -> Iterator[Path]:
    for line in subprocess.check_output(["ldd", program], text=True).splitlines():
        for word in line.split():
            if word.startswith("/"):
                yield Path(word)


@pytest.fixture
def images(tmp_path: Path) -> Images:
    return Images(tmp_path / "images")


def test_a_directory_is_registered_listed_proven_and_removed(images: Images, small_root: Path) -> None:
    image = images.add("ami-0small", str(small_root), now=START)
    assert image.added_at == START.isoformat()
    assert images.every() == [image]
    assert images.verify("ami-0small") == image
    root = images.root_of("ami-0small")
    assert root is not None
    assert (root / "etc/release").read_text() == "small\n"
    images.remove("ami-0small")
    assert images.every() == []
    assert images.root_of("ami-0small") is None


def test_an_archive_has_the_checksum_that_was_asked_for(images: Images, small_root: Path, tmp_path: Path) -> None:
    archive = tmp_path / "small.tar.gz"
    with tarfile.open(archive, "w:gz") as packing:
        packing.add(small_root, ".")
    wrong = "0" * 64
    with pytest.raises(ImageError, match=f"not {wrong}"):
        images.add("ami-1", str(archive), now=START, sha256=wrong)
    right = hashlib.sha256(archive.read_bytes()).hexdigest()
    from_archive = images.add("ami-1", str(archive), now=START, sha256=right)
    assert from_archive.sha256 == images.add("ami-2", str(small_root), now=START).sha256


@pytest.mark.parametrize(
    ("ec2_image_id", "source", "said"),
    [
        ("../evil", "/", "is no id of an image"),
        ("ami-1", "/nonexistent.tar", "No such file"),
        ("ami-1", "/etc/hostname", "not a whole tar archive"),
        ("ami-1", "debootstrap:../x", "is no name of a suite"),
    ],
)
def test_what_cannot_be_an_image_leaves_nothing(
    images: Images, tmp_path: Path, ec2_image_id: str, source: str, said: str
) -> None:
    with pytest.raises(ImageError, match=said):
        images.add(ec2_image_id, source, now=START)
    assert [path.name for path in (tmp_path / "images").glob("*")] in ([], [".lock"])
    assert images.every() == []


def test_an_id_is_taken_once(images: Images, small_root: Path) -> None:
    images.add("ami-1", str(small_root), now=START)
    with pytest.raises(ImageError, match="registered already"):
        images.add("ami-1", str(small_root), now=START)


def test_a_directory_without_a_shell_is_refused_with_the_reason(images: Images, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ImageError, match="has no bin/sh"):
        images.add("ami-1", str(tmp_path / "empty"), now=START)


def test_what_was_changed_or_is_unknown_is_told(images: Images, small_root: Path) -> None:
    images.add("ami-1", str(small_root), now=START)
    root = images.root_of("ami-1")
    assert root is not None
    (root / "etc/release").write_text("other\n")
    with pytest.raises(ImageError, match="has changed"):
        images.verify("ami-1")
    for call in (images.verify, images.remove):
        with pytest.raises(ImageError, match=r"There is no image 'ami-9'\. Registered: ami-1"):
            call("ami-9")


def test_a_suite_is_made_by_debootstrap(
    images: Images, small_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "debootstrap"
    program.parent.mkdir()
    program.write_text(
        f'#!/bin/sh\n[ "$2" = bookworm ] || {{ echo "E: no such suite"; exit 1; }}\ncp -a {small_root} "$3"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    assert images.add("ami-1", "debootstrap:bookworm", now=START).files > len(PROGRAMS)
    with pytest.raises(ImageError, match="E: no such suite"):
        images.add("ami-2", "debootstrap:nosuch", now=START)


def test_sessions_run_on_an_image_and_cannot_write_it(images: Images, small_root: Path, local: Place) -> None:
    images.add("ami-1", str(small_root), now=START)
    root = images.root_of("ami-1")
    assert root is not None
    spec = local.started(image_root=root)
    assert local.shell(spec, "cat /etc/release") == "small"
    assert local.run(spec, "python3", "-c", "1").status == 127
    assert local.run(spec, "touch", "/usr/bin/new").status != 0
    assert local.shell(spec, "touch ~/x; id -u") == "1000"


def test_an_image_that_lost_its_shell_is_told_at_the_start(images: Images, small_root: Path, local: Place) -> None:
    images.add("ami-1", str(small_root), now=START)
    root = images.root_of("ami-1")
    assert root is not None
    (root / "usr/bin/sh").unlink()
    spec = replace(local.spec(), image_root=root)
    with pytest.raises(EnginePermanentError, match="has no bin/sh"):
        local.engine.start(spec)
