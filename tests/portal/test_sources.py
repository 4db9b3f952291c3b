"""The portal's sources: their own tests pass."""

import subprocess

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
