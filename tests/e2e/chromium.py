"""A real browser for tests: Chromium, driven by playwright-core under Node."""

import json
import subprocess
from pathlib import Path
from typing import Any

from tests.support import require, unavailable

FOLDER = Path(__file__).with_name("browser")


class Browser:
    """One browser with one profile of its own; a context manager."""

    def __init__(self) -> None:
        node, chromium = require("node"), require("chromium")
        if not (FOLDER / "node_modules" / "playwright-core").is_dir():
            unavailable("playwright-core is not installed (make setup, with npm)")
        self._process = subprocess.Popen(
            [node, "serve.mjs", chromium], cwd=FOLDER, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __enter__(self) -> "Browser":
        return self

    def __exit__(self, *_exception: object) -> None:
        try:
            self._process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.communicate()

    def tell(self, do: str, **order: Any) -> Any:
        """Have it do something; what came of it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **order}) + "\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["answer"]
