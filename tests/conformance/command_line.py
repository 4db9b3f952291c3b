"""The AWS CLI as a person has it: a program, its environment, what it prints."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.running import Studio


@dataclass(frozen=True)
class AwsCli:
    """One `aws` program, for the administrator of a studio, in a home of its own."""

    program: Path
    studio: Studio
    home: Path
    environment: Mapping[str, str] | None = None

    def run(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """`aws nimble ARGUMENTS`, to its end."""
        founding = self.studio.founding
        environ = {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self.home),
            "AWS_ACCESS_KEY_ID": founding["accessKeyId"],
            "AWS_SECRET_ACCESS_KEY": founding["secretAccessKey"],
            "AWS_DEFAULT_REGION": founding["region"],
            "AWS_ENDPOINT_URL": self.studio.endpoint,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_PAGER": "",
            **(self.environment or {}),
        }
        done = subprocess.run(
            [self.program, "nimble", *arguments], env=environ, capture_output=True, text=True, timeout=120, check=False
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def json(self, *arguments: str) -> Any:
        """What it prints, read; None where it prints nothing."""
        printed = self.run(*arguments).stdout
        return json.loads(printed) if printed.strip() else None

    def of_studio(self, command: str, *arguments: str) -> Any:
        """The same, of the studio."""
        return self.json(command, "--studio-id", self.studio.studio_id, *arguments)
