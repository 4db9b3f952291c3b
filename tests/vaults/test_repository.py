"""Naming repositories."""

from pathlib import Path

import pytest

from greenroom.vaults.repository import Repository


@pytest.mark.parametrize(
    "location",
    ["sftp:user@host:/srv/vault", "rest:https://host:8000/vault", "s3:https://host/bucket", "rclone:remote:vault"],
)
def test_remote_locations_are_taken_as_restic_writes_them(location: str) -> None:
    repository = Repository.at(location)
    assert (repository.location, repository.directory, repository.name) == (location, None, location)


@pytest.mark.parametrize("location", ["/srv/vault", "local:/srv/vault", "//srv/vault"])
def test_a_directory_is_named_by_its_path(location: str) -> None:
    assert Repository.at(location).directory == Path(location.removeprefix("local:"))


def test_a_relative_directory_is_where_it_was_when_the_setting_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Repository.at("vault").location == str(tmp_path / "vault")


def test_an_empty_location_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        Repository.at("")


def test_a_password_in_a_location_is_never_shown() -> None:
    repository = Repository.at("rest:https://studio:s3cret@host/vault")
    assert repository.name == "rest:https://studio:***@host/vault"
    said = "Fatal: unable to open repository at rest:https://studio:s3cret@host/vault: 401"
    assert "s3cret" not in repository.redacted(said)
    assert repository.redacted(said).startswith("Fatal: unable to open repository at rest:https://studio:***@host")
