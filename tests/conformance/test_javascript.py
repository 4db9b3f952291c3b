"""The JavaScript client 3.523.0, the last one published, under Node against a real server."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from benchmarks.seed import seed
from tests.running import Studio
from tests.server.simulated import house_of
from tests.support import require, unavailable

FOLDER = Path(__file__).with_name("javascript")
SEEDED = 150


@pytest.fixture(scope="module")
def seen(studio: Studio) -> dict[str, Any]:
    """What the client saw on the main paths."""
    node = require("node")
    if not (FOLDER / "node_modules" / "@aws-sdk" / "client-nimble").is_dir():
        unavailable("the JavaScript client is not installed (make setup, with npm)")
    with house_of(studio) as house:
        seed(house, SEEDED, 1)
    done = subprocess.run(
        [node, "walk.mjs", json.dumps({**studio.founding, "endpoint": studio.endpoint})],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def test_a_studio_is_read_with_its_times(seen: dict[str, Any]) -> None:
    assert seen["studio"] == {"state": "READY", "created": True}


def test_a_session_goes_through_its_life_by_the_waiters(seen: dict[str, Any]) -> None:
    assert seen["created"] == "CREATE_IN_PROGRESS"
    assert seen["waited"] == "SUCCESS"
    assert seen["states"] == ["READY", "STOPPED", "READY", "DELETED"]
    assert seen["restored"] is True


def test_a_backup_is_read_and_tagged(seen: dict[str, Any]) -> None:
    assert seen["backup"] == {"state": "READY", "same": True}
    assert seen["backupTags"] == {"keep": "yes"}
    assert seen["tags"] == {"a key / with ü": "ä b"}


def test_the_paginator_brings_each_backup_once(seen: dict[str, Any]) -> None:
    assert seen["pages"] >= 2
    assert seen["backups"] == seen["distinct"] > SEEDED


def test_a_union_comes_back_as_it_was_given(seen: dict[str, Any]) -> None:
    assert seen["union"] == {"licenseServiceConfiguration": {"endpoint": "licences.example"}}


def test_errors_are_of_their_classes(seen: dict[str, Any]) -> None:
    absent = seen["absent"]
    assert absent.pop("requestId")
    assert absent == {
        "isClass": True,
        "name": "ResourceNotFoundException",
        "code": "STREAMING_SESSION_NOT_FOUND",
        "context": {"resourceId": "none"},
        "status": 404,
    }
    assert seen["invalid"]["isClass"] is True
    assert re.search("Member must have length less than or equal to 64", seen["invalid"]["message"])
    assert seen["unsigned"] == {"isClass": True, "name": "InvalidSignatureException"}


def test_the_locked_packages_name_no_registry() -> None:
    lock = json.loads((FOLDER / "package-lock.json").read_text())
    assert not any("resolved" in package for package in lock["packages"].values())
