"""The portal's sources: their own tests pass, on the oldest Node.js that a system of ours has."""

import json
import re
import subprocess

import pytest
from tests.portal.flows import PORTAL
from tests.support import require, unavailable

BUILT_FOR = PORTAL / "src" / "api" / "operations.ts"


def test_the_sources_own_tests_pass() -> None:
    npm = require("npm")
    if not BUILT_FOR.exists() or not (PORTAL / "node_modules").is_dir():
        unavailable("the portal is not built (scripts/portal)")
    done = subprocess.run(
        [npm, "--prefix", PORTAL, "run", "--silent", "test"], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


TOOLS = ("playwright-core", "vite", "vitest", "oidc-provider")
"""What tests and builds run in Node.js; other packages run in browsers, whatever they say of it."""

DEBIAN_12 = re.compile(r"(>=|\^|~)?\s*1[0-8](\.|$)|\*")
"""Among alternatives, one that takes the Node.js 18 of Debian 12."""


@pytest.mark.parametrize("folder", ["portal", "tests/e2e/browser", "tests/server/sign_in/provider"])
def test_what_node_runs_is_locked_at_versions_that_the_oldest_node_runs(folder: str) -> None:
    packages = json.loads((PORTAL.parent / folder / "package-lock.json").read_text())["packages"]
    tools = {
        name: packages.get(f"node_modules/{name}") for name in ("playwright-core", "vite", "vitest", "oidc-provider")
    }
    wanted = {name: tool.get("engines", {}).get("node", "*") for name, tool in tools.items() if tool is not None}
    assert wanted
    refused = {
        name: nodes
        for name, nodes in wanted.items()
        if not any(DEBIAN_12.match(each.strip()) for each in nodes.split("||"))
    }
    assert refused == {}
