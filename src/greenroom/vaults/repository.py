"""Where a restic repository lies, and how it is named to people."""

import re
from dataclasses import dataclass
from pathlib import Path

_REMOTE = re.compile(r"^(?:sftp|rest|s3|b2|azure|gs|swift|rclone):")
_BUCKETS = re.compile(r"^(?:b2|azure|gs|swift):[^:]*")
"""Locations that are a bucket or container, a colon, and a path."""
_CREDENTIALS = re.compile(r"//([^/@\s:]*):([^/@\s]*)@")


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as restic names it; the location may carry credentials, so it is shown by `name` only."""

    location: str

    @classmethod
    def at(cls, location: str) -> "Repository":
        """Read a setting; a local path becomes absolute, so that the working directory has no say in it."""
        if not location:
            raise ValueError("the repository of a vault is empty; give a directory or a restic location")
        if _REMOTE.match(location):
            return cls(location)
        return cls(str(Path(location.removeprefix("local:")).absolute()))

    def below(self, path: str) -> "Repository":
        """A repository of its own in the folder `path` of this one's place; the empty path is this one.

        restic lists in a repository only the folders that it made itself, so that neither finds the other.
        """
        if not path:
            return self
        location = self.location
        bucket = _BUCKETS.match(location)
        if bucket and location[bucket.end() :] in ("", ":"):
            location = f"{bucket.group()}:/"
        # What ends with a colon is a home directory, or a remote's own beginning: a slash would lead elsewhere.
        parting = "" if location.endswith(("/", ":")) else "/"
        ending = "/" if location.startswith("rest:") else ""
        return Repository(f"{location}{parting}{path}{ending}")

    @property
    def directory(self) -> Path | None:
        """The directory of a repository on this machine; None for one that is reached over something else."""
        return None if _REMOTE.match(self.location) else Path(self.location)

    @property
    def name(self) -> str:
        """What messages call it: the location without a password."""
        return self.redacted(self.location)

    def redacted(self, text: str) -> str:
        """`text` with this repository's password, wherever it appears, replaced."""
        for secret in {match.group(2) for match in _CREDENTIALS.finditer(self.location)}:
            text = text.replace(f":{secret}@", ":***@")
        return _CREDENTIALS.sub(r"//\1:***@", text)
