"""Today's boto3 and AWS CLI, which have dropped the service: `greenroom model` gives it back to them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conformance.command_line import AwsCli
from tests.running import Studio
from tests.support import unavailable

PROGRAMS = Path(__file__).parents[2] / ".venv-current" / "bin"
MAIN_PATHS = Path(__file__).with_name("current_client.py")


@pytest.fixture(scope="module")
def python() -> Path:
    """The interpreter of the environment that has today's clients."""
    program = PROGRAMS / "python"
    if not program.exists():
        unavailable("today's boto3 is not installed (make setup)")
    return program


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of somebody who has run `greenroom model install`."""
    home = tmp_path_factory.mktemp("home")
    greenroom = Path(sys.executable).with_name("greenroom")
    subprocess.run([greenroom, "model", "install"], env={"HOME": str(home)}, check=True, capture_output=True)
    assert (home / ".aws" / "models" / "nimble" / "2020-08-01" / "service-2.json").exists()
    return home


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what `greenroom model export` writes."""
    folder = tmp_path_factory.mktemp("models")
    subprocess.run([Path(sys.executable).with_name("greenroom"), "model", "export", folder], check=True)
    return folder


def walked(python: Path, studio: Studio, environment: dict[str, str]) -> dict[str, Any]:
    """What today's boto3 saw on the main paths."""
    done = subprocess.run(
        [python, "-W", "error", MAIN_PATHS, json.dumps({**studio.founding, "endpoint": studio.endpoint})],
        env={"AWS_EC2_METADATA_DISABLED": "true", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


def check(seen: dict[str, Any]) -> None:
    """What the main paths must have come to."""
    assert tuple(map(int, seen["version"].split(".")[:2])) > (1, 35)
    assert seen["created"] == "CREATE_IN_PROGRESS"
    assert seen["states"] == ["READY", "STOPPED", "READY", "DELETED"]
    assert seen["backup"] == "READY"
    assert seen["restored"] is True
    assert seen["absent"] == "ResourceNotFoundException"
    assert seen["invalid"] == "ValidationException"


def test_without_the_model_todays_boto3_does_not_know_the_service(python: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [python, "-c", "import boto3; boto3.client('nimble', region_name='us-west-2')"],
        env={"HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "UnknownServiceError" in done.stderr


def test_the_installed_model_gives_boto3_the_main_paths(python: Path, studio: Studio, home: Path) -> None:
    check(walked(python, studio, {"HOME": str(home)}))


def test_the_exported_model_gives_boto3_the_main_paths(
    python: Path, studio: Studio, exported: Path, tmp_path: Path
) -> None:
    check(walked(python, studio, {"HOME": str(tmp_path), "AWS_DATA_PATH": str(exported)}))


def test_the_installed_model_gives_the_cli_its_commands_pages_and_waits(
    python: Path, studio: Studio, home: Path, client: Any
) -> None:
    aws = AwsCli(python.with_name("aws"), studio, home)
    session_id = studio.create_session(client)
    aws.run("wait", "streaming-session-ready", "--studio-id", studio.studio_id, "--session-id", session_id)
    query = ("--query", "sessions[].sessionId", "--max-items", "1")
    newest = aws.of_studio("list-streaming-sessions", *query)
    assert newest == [session_id]
    client.delete_streaming_session(studioId=studio.studio_id, sessionId=session_id)


def test_a_model_that_was_uninstalled_is_gone(python: Path, tmp_path: Path) -> None:
    greenroom = Path(sys.executable).with_name("greenroom")
    for step in ("install", "uninstall"):
        subprocess.run([greenroom, "model", step], env={"HOME": str(tmp_path)}, check=True, capture_output=True)
    assert not (tmp_path / ".aws" / "models" / "nimble").exists()
