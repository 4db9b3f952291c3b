"""A flow in a browser: a Node.js script that drives Chromium, and asks the test for what only the test can do."""

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from tests.running import Studio
from tests.support import require, unavailable

from greenroom.portal.built_files import INDEX, read_built

HERE = Path(__file__).parent
PORTAL = HERE.parents[1] / "portal"
TIMEOUT = 170.0
"""Seconds that a flow may take."""


def profile_name(client: Any, studio: Studio) -> str:
    """What the launch profile that the studio was founded with is called."""
    found = client.get_launch_profile(studioId=studio.studio_id, launchProfileId=studio.founding["launchProfileId"])
    return str(found["launchProfile"]["name"])


def join(studio: Studio, principal_id: str) -> None:
    """Let somebody launch from that launch profile."""
    studio.client().put_launch_profile_members(
        studioId=studio.studio_id,
        launchProfileId=studio.founding["launchProfileId"],
        identityStoreId="d-1",
        members=[{"principalId": principal_id, "persona": "USER"}],
    )


Answers = Mapping[str, Callable[..., object]]


def run_flow(name: str, studio: Mapping[str, Any], answers: Answers) -> None:
    """Run `name`.mjs to its end, answering what it asks; fails the test where it fails, with what it had done."""
    node = require("node")
    chromium = require("chromium")
    if INDEX not in read_built() or not (PORTAL / "node_modules" / "playwright-core").is_dir():
        unavailable("the portal is not built (scripts/portal)")
    environment = {**os.environ, "CHROMIUM": str(chromium), "STUDIO": json.dumps(studio)}
    flow = subprocess.Popen(
        [node, HERE / f"{name}.mjs"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert flow.stdin is not None
    assert flow.stdout is not None
    done = []
    try:
        for line in flow.stdout:
            said = json.loads(line)
            if "step" in said:
                done.append(said["step"])
                continue
            answer = answers[said["ask"]](*said["of"])
            flow.stdin.write(json.dumps(answer) + "\n")
            flow.stdin.flush()
        _, errors = flow.communicate(timeout=TIMEOUT)
    finally:
        flow.kill()
        flow.wait()
    if flow.returncode != 0:
        pytest.fail(f"{name}, at the step: {done[-1] if done else 'none'}\n{errors}", pytrace=False)
