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


@pytest.mark.parametrize(
    ("location", "below"),
    [
        ("/srv/vault", "/srv/vault/NAME"),
        ("sftp:user@host:/srv/vault", "sftp:user@host:/srv/vault/NAME"),
        ("sftp:user@host:/srv/vault/", "sftp:user@host:/srv/vault/NAME"),
        ("sftp:user@host:vault", "sftp:user@host:vault/NAME"),
        ("sftp:user@host:", "sftp:user@host:NAME"),
        ("sftp://user@host:2222//srv/vault", "sftp://user@host:2222//srv/vault/NAME"),
        ("sftp://user@host//", "sftp://user@host//NAME"),
        ("sftp://user@host/", "sftp://user@host/NAME"),
        ("rest:https://host:8000", "rest:https://host:8000/NAME/"),
        ("rest:https://user:pa:ss@host:8000/user/", "rest:https://user:pa:ss@host:8000/user/NAME/"),
        ("rest:http+unix:///run/rest.socket:/vault/", "rest:http+unix:///run/rest.socket:/vault/NAME/"),
        ("s3:https://host/bucket", "s3:https://host/bucket/NAME"),
        ("s3:s3.amazonaws.com/bucket/vaults/", "s3:s3.amazonaws.com/bucket/vaults/NAME"),
        ("rclone:remote:vault", "rclone:remote:vault/NAME"),
        ("rclone:remote:", "rclone:remote:NAME"),
        ("rclone::local:/srv/vault", "rclone::local:/srv/vault/NAME"),
        ("b2:bucket", "b2:bucket:/NAME"),
        ("b2:bucket:", "b2:bucket:/NAME"),
        ("b2:bucket:vault", "b2:bucket:vault/NAME"),
        ("gs:bucket:/", "gs:bucket:/NAME"),
        ("azure:container:/vault", "azure:container:/vault/NAME"),
        ("swift:container:/vault/", "swift:container:/vault/NAME"),
    ],
)
def test_a_further_studios_repository_is_below_the_vaults(location: str, below: str) -> None:
    repository = Repository.at(location)
    assert repository.below("stid-abcdefghijklmnop").location == below.replace("NAME", "stid-abcdefghijklmnop")
    assert repository.below("") == repository


def test_a_password_is_not_shown_below_either() -> None:
    repository = Repository.at("rest:https://studio:s3cret@host/vault").below("stid-abcdefghijklmnop")
    assert repository.name == "rest:https://studio:***@host/vault/stid-abcdefghijklmnop/"
