"""The data directory's own AWS profile: what signs the command line's requests, and may serve the AWS CLI too.

`DIR/credentials` and `DIR/config` are in the AWS CLI's format, profile `greenroom`, so that
`AWS_SHARED_CREDENTIALS_FILE=DIR/credentials AWS_CONFIG_FILE=DIR/config aws --profile greenroom …` works as it is.
"""

import configparser
import io
import os
from dataclasses import dataclass
from pathlib import Path

from greenroom.cli.failures import CommandError

PROFILE = "greenroom"
_STUDIO_KEY = "greenroom_studio_id"


@dataclass(frozen=True, slots=True)
class Profile:
    """Who signs, for which studio, where it is served."""

    access_key_id: str
    secret_access_key: str
    region: str
    endpoint: str
    studio_id: str
    session_token: str | None = None
    """Where the keys are temporary."""


def credentials_file(data: Path) -> Path:
    """The file with the keys."""
    return data / "credentials"


def config_file(data: Path) -> Path:
    """The file with region, endpoint and studio."""
    return data / "config"


def exists(data: Path) -> bool:
    """Whether a studio was founded here; the file is the last thing that `init` writes."""
    return config_file(data).exists()


def write(data: Path, profile: Profile) -> None:
    """Keep the profile, readable by its owner alone."""
    keys = {"aws_access_key_id": profile.access_key_id, "aws_secret_access_key": profile.secret_access_key}
    _write_section(credentials_file(data), PROFILE, keys)
    _write_config(data, profile)


def keep(data: Path, profile: Profile, username: str) -> None:
    """Keep the first profile of a studio that was just made, `username`'s.

    Where it could not be kept, as on a full disk, the secrets are gone: raises CommandError that says how to get in.
    """
    try:
        write(data, profile)
    except OSError as error:
        raise CommandError(
            f"The studio is made, but its keys could not be kept in {data}: {error.strerror}. Nothing else is missing."
            " See to that (if the disk is full, free some space there), then make new keys:"
            f" greenroom key create {username} --keep --data {data}, and a new password:"
            f" greenroom user reset-password {username} --data {data}"
        ) from error


def read(data: Path) -> Profile:
    """The profile. Raises CommandError where no studio was founded here, or the files are not whole."""
    if not exists(data) and (data / "key").exists():
        raise CommandError(
            f"{data} holds a studio, but no keys for this command line ({config_file(data)} is missing). "
            f"Make new ones: greenroom key create admin --keep --data {data}"
        )
    if not exists(data):
        raise CommandError(
            f"{data} holds no studio. Name its data directory with --data, or found one: "
            f"greenroom init --data {data} --studio NAME"
        )
    try:
        keys = _read_section(credentials_file(data), PROFILE)
        settings = _read_section(config_file(data), f"profile {PROFILE}")
        return Profile(
            access_key_id=keys["aws_access_key_id"],
            secret_access_key=keys["aws_secret_access_key"],
            region=settings["region"],
            endpoint=settings["endpoint_url"],
            studio_id=settings[_STUDIO_KEY],
        )
    except (KeyError, configparser.Error) as error:
        raise CommandError(
            f"{credentials_file(data)} or {config_file(data)} is not whole ({error}). "
            f"Make both anew: greenroom key create admin --keep --data {data}"
        ) from error


def move(data: Path, endpoint: str) -> None:
    """Say in the profile that the server is to be found at `endpoint` from now on."""
    profile = read(data)
    if profile.endpoint != endpoint:
        _write_config(
            data,
            Profile(
                profile.access_key_id, profile.secret_access_key, profile.region, endpoint, studio_id=profile.studio_id
            ),
        )


def _write_config(data: Path, profile: Profile) -> None:
    settings = {"region": profile.region, "endpoint_url": profile.endpoint, _STUDIO_KEY: profile.studio_id}
    _write_section(config_file(data), f"profile {PROFILE}", settings)


def _read_section(path: Path, section: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    parser.read_string(path.read_text(encoding="utf-8"), source=str(path))
    return dict(parser[section])


def _write_section(path: Path, section: str, values: dict[str, str]) -> None:
    parser = configparser.RawConfigParser()
    parser[section] = values
    text = io.StringIO()
    parser.write(text)
    write_private(path, text.getvalue())


def write_private(path: Path, text: str) -> None:
    """Write a file whole or not at all, readable by its owner alone."""
    beside = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
