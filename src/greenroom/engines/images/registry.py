"""The images of a data directory: root file systems under the `ec2ImageId` that streaming images name.

    ID/root        the root file system, read-only for every session
    ID/image.json  where it came from, when, and its checksum
    .lock          held by whoever adds or removes

An image is there whole or not at all: it is made under another name and renamed.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from greenroom.engines.images.errors import ImageError
from greenroom.engines.images.tree import inspect
from greenroom.engines.images.unpacking import opened, unpack

DEBOOTSTRAP = "debootstrap:"
"""How a source begins that is a suite of Debian's or Ubuntu's."""
_ID = re.compile(r"ami-[0-9A-Za-z]{1,64}")
_SUITE = re.compile(r"[a-z][a-z0-9.-]{0,63}")
_ROOT = "root"
_RECORD = "image.json"


@dataclass(frozen=True, slots=True)
class RegisteredImage:
    """One image."""

    ec2_image_id: str
    source: str
    added_at: str
    """UTC, ISO 8601."""
    sha256: str
    """Of the tree (greenroom.engines.images.tree)."""
    files: int
    size_bytes: int


class Images:
    """The images in one directory; any number of processes may use it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def root_of(self, ec2_image_id: str) -> Path | None:
        """The root file system of that id; None for one that is not registered."""
        if not _ID.fullmatch(ec2_image_id):
            return None
        image = self._directory / ec2_image_id
        return image / _ROOT if image.is_dir() else None

    def every(self) -> list[RegisteredImage]:
        """All of them, by id. Raises ImageError."""
        if not self._directory.is_dir():
            return []
        names = sorted(entry.name for entry in self._directory.iterdir() if _ID.fullmatch(entry.name))
        return [self._record(name) for name in names]

    def add(self, ec2_image_id: str, source: str, *, now: datetime, sha256: str | None = None) -> RegisteredImage:
        """Register a directory, a tar archive or `debootstrap:SUITE`; `sha256` is what the archive must have.

        Raises ImageError with nothing registered.
        """
        if not _ID.fullmatch(ec2_image_id):
            raise ImageError(f"{ec2_image_id!r} is no id of an image: ami- and then letters and digits.")
        with self._locked():
            if (self._directory / ec2_image_id).exists():
                raise ImageError(f"{ec2_image_id} is registered already; remove it first, or take another id.")
            new = self._directory / f".new-{ec2_image_id}"
            root = new / _ROOT
            try:
                root.mkdir(mode=0o755, parents=True)
                root.chmod(0o755)
                self._fill(root, source, sha256, new)
                found = inspect(root)
                image = RegisteredImage(
                    ec2_image_id, source, now.isoformat(timespec="seconds"), found.sha256, found.files, found.size_bytes
                )
                (new / _RECORD).write_text(json.dumps(asdict(image), indent=1) + "\n")
                os.sync()  # the rename below must not come to the disk before the tree does
                new.rename(self._directory / ec2_image_id)
            except (ImageError, OSError, subprocess.SubprocessError) as error:
                raise ImageError(f"{source} cannot be an image: {str(error).rstrip('.')}.") from error
            finally:
                shutil.rmtree(new, ignore_errors=True)
        return image

    def verify(self, ec2_image_id: str) -> RegisteredImage:
        """Read it all again. Raises ImageError where it is not what was registered."""
        image = self._record(ec2_image_id)
        try:
            found = inspect(self._directory / ec2_image_id / _ROOT)
        except OSError as error:
            raise ImageError(f"{ec2_image_id} cannot be read: {error}.") from error
        if found.sha256 != image.sha256:
            raise ImageError(
                f"{ec2_image_id} has changed since it was registered: its checksum is {found.sha256} and was "
                f"{image.sha256}. Remove it and add it anew."
            )
        return image

    def remove(self, ec2_image_id: str) -> None:
        """Drop it; whoever asks has seen to it that nothing uses it. Raises ImageError."""
        with self._locked():
            self._record(ec2_image_id)
            gone = self._directory / f".gone-{ec2_image_id}"
            try:
                (self._directory / ec2_image_id).rename(gone)
                shutil.rmtree(gone)
            except OSError as error:
                raise ImageError(f"{ec2_image_id} cannot be removed whole: {error}.") from error

    def _record(self, ec2_image_id: str) -> RegisteredImage:
        if self.root_of(ec2_image_id) is None:
            known = ", ".join(sorted(entry.name for entry in self._directory.glob("ami-*"))) or "none"
            raise ImageError(f"There is no image {ec2_image_id!r}. Registered: {known}.")
        try:
            return RegisteredImage(**json.loads((self._directory / ec2_image_id / _RECORD).read_text()))
        except (OSError, ValueError, TypeError) as error:
            raise ImageError(f"{ec2_image_id} is damaged: {error}. Remove its directory and add it anew.") from error

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Alone; what was left by those who were killed in the middle is gone."""
        self._directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._directory / ".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for pattern in (".new-*", ".gone-*"):
                for left in self._directory.glob(pattern):
                    shutil.rmtree(left, ignore_errors=True)
            yield

    def _fill(self, root: Path, source: str, sha256: str | None, beside: Path) -> None:
        if source.startswith(DEBOOTSTRAP):
            made = beside / "bootstrap"
            _bootstrap(source.removeprefix(DEBOOTSTRAP), made)
            _copy(made, root)
            shutil.rmtree(made)
            return
        path = Path(source)
        if sha256 is not None:
            _check_archive(path, sha256)
        if path.is_dir():
            _copy(path, root)
            return
        with opened(path) as stream:
            unpack(stream, root)


def _check_archive(path: Path, sha256: str) -> None:
    if not path.is_file():
        raise ImageError("a checksum is of an archive, and this is no file")
    with path.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != sha256.lower():
        raise ImageError(f"its checksum is {found}, not {sha256}")


def _copy(source: Path, root: Path) -> None:
    """By way of an archive, so that one set of rules holds for both."""
    command = ["tar", "-C", str(source), "--one-file-system", "--sort=name", "-cf", "-", "."]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as packing:
        if packing.stdout is None or packing.stderr is None:
            raise ImageError("tar gives nothing")
        unpack(packing.stdout, root)
        packing.stdout.close()
        said = packing.stderr.read().decode(errors="replace").strip()
    if packing.returncode not in (0, 1):  # 1: a file changed meanwhile
        raise ImageError(f"tar cannot read it: {said.rpartition(chr(10))[2]}")


def _bootstrap(suite: str, target: Path) -> None:
    if not _SUITE.fullmatch(suite):
        raise ImageError(f"{suite!r} is no name of a suite, such as bookworm")
    program = shutil.which("debootstrap")
    if program is None:
        raise ImageError("debootstrap is not installed: apt install debootstrap")
    done = subprocess.run(
        [program, "--variant=minbase", suite, str(target)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip().rpartition("\n")[2]
        raise ImageError(f"debootstrap ended with {done.returncode}: {said}")
