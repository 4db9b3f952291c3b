"""The data directory's AWS profile: private, whole, and understood by botocore."""

import errno
import os
from pathlib import Path

import botocore.session
import pytest

from greenroom.cli import profile
from greenroom.cli.failures import CommandError

PROFILE = profile.Profile(
    access_key_id="AKIAEXAMPLE",
    secret_access_key="se%cret/+=",
    region="eu-west-2",
    endpoint="http://127.0.0.1:8420",
    studio_id="eu-west-2:stid-0123456789abcdef",
)


def test_a_profile_is_read_as_it_was_written(tmp_path: Path) -> None:
    profile.write(tmp_path, PROFILE)
    assert profile.read(tmp_path) == PROFILE


def test_its_files_are_their_owners_alone(tmp_path: Path) -> None:
    profile.write(tmp_path, PROFILE)
    assert {file.stat().st_mode & 0o777 for file in tmp_path.iterdir()} == {0o600}
    assert {file.name for file in tmp_path.iterdir()} == {"credentials", "config"}


def test_botocore_takes_keys_region_and_endpoint_from_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    profile.write(tmp_path, PROFILE)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for name in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    session = botocore.session.Session(profile=profile.PROFILE)
    credentials = session.get_credentials()
    assert credentials is not None
    assert (credentials.access_key, credentials.secret_key) == (PROFILE.access_key_id, PROFILE.secret_access_key)
    client = session.create_client("nimble")
    assert client.meta.endpoint_url == PROFILE.endpoint
    assert client.meta.region_name == PROFILE.region


def test_a_directory_without_a_studio_is_told_so_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"holds no studio.*greenroom init --data"):
        profile.read(tmp_path)


def test_a_damaged_profile_is_told_so(tmp_path: Path) -> None:
    profile.write(tmp_path, PROFILE)
    (tmp_path / "credentials").write_text("[other]\n")
    with pytest.raises(CommandError, match=r"is not whole.*greenroom key create"):
        profile.read(tmp_path)


def test_a_moved_server_is_found_at_its_new_address(tmp_path: Path) -> None:
    profile.write(tmp_path, PROFILE)
    profile.move(tmp_path, "http://127.0.0.1:9000")
    moved = profile.read(tmp_path)
    assert moved.endpoint == "http://127.0.0.1:9000"
    assert moved.secret_access_key == PROFILE.secret_access_key


def test_keys_that_cannot_be_kept_are_told_with_how_to_get_in(tmp_path: Path) -> None:
    def full(*_arguments: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(CommandError, match=r"No space left.*key create admin --keep --data.*reset-password admin"):
            profile.keep(tmp_path, PROFILE, "admin")
    assert not profile.exists(tmp_path)
    profile.keep(tmp_path, PROFILE, "admin")
    assert profile.read(tmp_path) == PROFILE
