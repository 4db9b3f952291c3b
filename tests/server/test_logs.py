"""What stands in the log, and what never does."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy
from tests.running import Studio
from tests.server.raw import Request, ask, posted
from tests.server.signing import Signer
from tests.server.simulated import copied, serving

FAULT = """
import logging
from greenroom.server.logs import configure_logs
import structlog

configure_logs({form!r}, "info")
secret = "correct horse battery staple"
try:
    raise RuntimeError("the reason")
except RuntimeError:
    structlog.get_logger().exception("fault", operation="GetStudio")
structlog.get_logger().debug("beneath the level")
"""
PROJECT = "Untitled sequel nobody may hear of"


def logged(form: str) -> str:
    """What a process with a fault writes to stderr."""
    done = subprocess.run(
        [sys.executable, "-c", FAULT.format(form=form)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_fault_is_logged_with_its_traceback_and_without_anybodys_variables(form: str) -> None:
    text = logged(form)
    assert "RuntimeError: the reason" in text
    assert "GetStudio" in text
    assert "correct horse" not in text.replace('secret = "correct horse battery staple"', "")


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_log_on_a_full_disk_ends_nothing(form: str) -> None:
    with Path("/dev/full").open("w") as full:
        subprocess.run(
            [
                sys.executable,
                "-c",
                FAULT.format(form=form) + "\nlogging.getLogger().error('more' * 9000)\nprint('done')",
            ],
            stderr=full,
            check=True,
            timeout=60,
        )


def test_lines_for_programs_are_json_one_a_line() -> None:
    (line,) = logged("json").splitlines()
    content = json.loads(line)
    assert (content["event"], content["level"], content["operation"]) == ("fault", "error", "GetStudio")
    assert content["timestamp"].endswith("Z")


@pytest.mark.parametrize("form", ["console", "json"])
def test_what_is_below_the_level_is_not_written(form: str) -> None:
    assert "beneath" not in logged(form)


@pytest.fixture(scope="module", params=["console", "json"])
def broken(
    request: pytest.FixtureRequest, founded: Studio, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    """A server one of whose tables was taken away behind its back."""
    data = tmp_path_factory.mktemp("logs") / "data"
    with serving(copied(founded, data, GREENROOM_LOG_FORMAT=request.param, GREENROOM_LOG_LEVEL="debug")) as studio:
        engine = sqlalchemy.create_engine(f"sqlite:///{data / 'greenroom.db'}")
        with engine.begin() as connection:
            connection.exec_driver_sql("ALTER TABLE launch_profiles RENAME TO elsewhere")
        engine.dispose()
        yield studio


def create_profile(studio: Studio) -> Request:
    return posted(
        f"/2020-08-01/studios/{quote(studio.studio_id, safe='')}/launch-profiles",
        {
            "name": PROJECT,
            "description": PROJECT,
            "ec2SubnetIds": [],
            "launchProfileProtocolVersions": ["2021-03-31"],
            "studioComponentIds": ["none"],
            "streamConfiguration": {
                "clipboardMode": "ENABLED",
                "ec2InstanceTypes": ["g4dn.xlarge"],
                "streamingImageIds": [studio.founding["streamingImageId"]],
            },
        },
    )


def test_a_fault_of_the_server_tells_the_caller_nothing_but_its_number(broken: Studio) -> None:
    answer = ask(broken.endpoint, Signer.of(broken).sign(create_profile(broken)))
    assert (answer.status, answer.error) == (500, "InternalServerErrorException")
    assert answer.json() == {
        "code": "InternalServerErrorException",
        "context": {},
        "message": "An internal error has occurred. Please retry your request.",
    }
    request_id = answer.header("x-amzn-requestid")
    assert request_id
    assert request_id in broken.log


def test_neither_secrets_nor_what_people_typed_are_logged(broken: Studio) -> None:
    signed = Signer.of(broken).sign(create_profile(broken))
    assert ask(broken.endpoint, signed).status == 500
    assert "launch_profiles" in broken.log
    for secret in (
        PROJECT,
        broken.founding["secretAccessKey"],
        broken.founding["password"],
        signed.header("Authorization").rpartition("=")[2],
        Path(broken.data / "vault-password").read_text().strip(),
    ):
        assert secret not in broken.log
