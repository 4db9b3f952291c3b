"""The files that the portal's build made, each with its compressed forms."""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from greenroom.wire.content_encodings import accepts

BUILT = Path(__file__).with_name("built")
"""Where `scripts/portal` puts them; the wheel contains them."""
INDEX = "index.html"
HASHED = "assets/"
"""Below this a file's name tells its content: another content has another name."""
ENCODINGS = {"br": ".br", "gzip": ".gz"}
"""Content encodings that the build makes beside each file, the smallest first, and the ends of their names."""

_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
"""What the machine's own table may have otherwise, or not at all."""


@dataclass(frozen=True)
class BuiltFile:
    """One file of the portal."""

    path: Path
    name: str
    """Its path below the folder, with slashes."""
    forms: Mapping[str, Path]
    """By content encoding, the compressed forms that are there, the smallest first."""

    @property
    def media_type(self) -> str:
        """Its content type."""
        known = _TYPES.get(self.path.suffix) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"
        return f"{known}; charset=utf-8" if known.startswith("text/") else known

    @property
    def is_hashed(self) -> bool:
        """Whether this name will never have another content."""
        return self.name.startswith(HASHED)

    @cached_property
    def tag(self) -> str:
        """The entity tag of its content."""
        return f'"{hashlib.sha256(self.path.read_bytes()).hexdigest()[:32]}"'

    def form_for(self, accepted: str) -> tuple[str | None, Path]:
        """The content encoding to answer with, None for the file as it is, and the file that has it.

        `accepted` is the request's Accept-Encoding.
        """
        for encoding, path in self.forms.items():
            if accepts(accepted, encoding):
                return encoding, path
        return None, self.path


def read_built(folder: Path = BUILT) -> Mapping[str, BuiltFile]:
    """What was built, by name; nothing where the portal was not built."""
    files = {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}
    ends = tuple(ENCODINGS.values())
    return {
        name: BuiltFile(
            path, name, {encoding: files[name + end] for encoding, end in ENCODINGS.items() if name + end in files}
        )
        for name, path in files.items()
        if not name.endswith(ends) and not name.startswith(".")
    }
