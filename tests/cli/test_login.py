"""`greenroom login`, with a person's browser beside it, and `greenroom credentials` after it."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import pytest
from tests.running import GREENROOM, Studio
from tests.server.browser import Browser
from tests.server.simulated import found, house_of, serving
from tests.server.test_sts import client

from greenroom.cli.connection import connect
from greenroom.cli.failures import CommandError
from greenroom.cli.login import Login, cache_file
from greenroom.server.founding import add_user


def test_a_person_signs_the_command_line_in_by_their_browser(tmp_path: Path) -> None:
    original = found(tmp_path / "data")
    with serving(original) as studio:
        with house_of(studio) as house:
            ana = add_user(house, "ana", administrator=False)
        environ = {**studio.environ, "XDG_CACHE_HOME": str(tmp_path / "cache")}
        program = subprocess.Popen(
            [GREENROOM, "login", studio.endpoint],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert program.stdout is not None
        address = program.stdout.readline().split()[1]
        user_code = program.stdout.readline().split()[-1]
        assert address == f"{studio.endpoint}/device?code={user_code}"
        browser = Browser(studio.endpoint)
        assert browser.post("/auth/device/approve", {"userCode": user_code}).status_code == 401
        browser.sign_in("ana", ana.password).raise_for_status()
        shown = browser.post("/auth/device/show", {"userCode": user_code}).raise_for_status().json()
        assert shown["sourceIp"] == "127.0.0.1"
        assert browser.post("/auth/device/approve", {"userCode": "BBBB-BBBB"}).status_code == 404
        browser.post("/auth/device/approve", {"userCode": user_code}).raise_for_status()
        browser.close()
        said, told = program.communicate(timeout=60)
        assert program.returncode == 0, told
        assert "Signed in as" in told
        file = tmp_path / "cache" / "greenroom" / "login.json"
        assert file.stat().st_mode & 0o777 == 0o600
        done = subprocess.run([GREENROOM, "credentials"], env=environ, capture_output=True, text=True, check=True)
        keys = json.loads(done.stdout)
        assert keys["SecretAccessKey"] not in said + told
        identity = client(studio, "sts", keys).get_caller_identity()
        assert identity["UserId"] == ana.principal_id
        # Commands without --data are hers from now on, with nothing of a data directory at hand.
        environ = {name: value for name, value in environ.items() if not name.startswith("GREENROOM_")}
        listed = run(environ, "session", "list", "--owner", ana.principal_id, "--json")
        assert json.loads(listed.stdout) == []
        refused = run(environ, "user", "list", status=1)
        assert "not authorized to perform: greenroom:ListUsers" in refused.stderr
        studio.command("user", "sign-out", "ana", "--data", str(studio.data))
        over = run(environ, "session", "list", "--owner", ana.principal_id, status=1)
        assert over.stderr.strip().endswith(f"Sign in again with: greenroom login {studio.endpoint}")
        over = run(environ, "credentials", "--role", "arn:aws:iam::000000000000:role/none", status=1)
        assert over.stderr.strip().endswith(f"Sign in again with: greenroom login {studio.endpoint}")

        with keys_of_an_administrator(studio) as login:
            keep(login, file)
            added = json.loads(run(environ, "user", "add", "bo", "--json").stdout)
            assert browser_is_let_in(studio, "bo", added["password"])
            key = json.loads(
                run(environ, "key", "create", "bo", "--name", "farm", "--expires-in", "1h", "--json").stdout
            )
            bo = {"AccessKeyId": key["accessKeyId"], "SecretAccessKey": key["secretAccessKey"]}
            assert client(studio, "sts", bo).get_caller_identity()["UserId"] == added["principalId"]
            (kept,) = json.loads(run(environ, "key", "list", "bo", "--json").stdout)
            assert (kept["name"], kept["expiresAt"] > kept["createdAt"]) == ("farm", True)
            wrong = run(environ, "key", "create", "bo", "--expires-in", "soon", status=2)
            assert "write 90d" in wrong.stderr


def run(environ: dict[str, str], *arguments: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([GREENROOM, *arguments], env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stdout + done.stderr
    return done


def keep(login: Login, file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(asdict(login)), encoding="utf-8")


@contextmanager
def keys_of_an_administrator(studio: Studio) -> Iterator[Login]:
    """As their browser has them."""
    browser = Browser(studio.endpoint)
    browser.sign_in(studio.founding["username"], studio.founding["password"]).raise_for_status()
    keys = browser.keys()
    browser.close()
    yield login_of(
        endpoint=studio.endpoint,
        studio_id=studio.founding["studioId"],
        access_key_id=keys["AccessKeyId"],
        secret_access_key=keys["SecretAccessKey"],
        session_token=keys["SessionToken"],
    )


def browser_is_let_in(studio: Studio, name: str, password: str) -> bool:
    browser = Browser(studio.endpoint)
    status = browser.sign_in(name, password).status_code
    browser.close()
    return status == 200


def login_of(**fields: str) -> Login:
    made: dict[str, str] = {
        "endpoint": "https://studio.example.com",
        "region": "us-west-2",
        "studio_id": "us-west-2:stid-x",
        "user_name": "admin",
        "access_key_id": "ASIA",
        "expiration": "2999-01-01T00:00:00+00:00",
        "secret_access_key": "s",
        "session_token": "t",
    }
    return Login(**made | fields)


def test_a_sign_in_whose_time_is_over_says_where_to_sign_in_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    keep(login_of(expiration="2020-01-01T00:00:00+00:00"), cache_file())
    with pytest.raises(CommandError, match=r"is over.*greenroom login https://studio\.example\.com"), connect(None):
        pass


def test_without_a_data_directory_and_a_sign_in_both_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(CommandError, match=r"greenroom login URL.*--data DIR"), connect(None):
        pass


def test_keys_do_not_go_over_a_network_in_the_clear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    keep(login_of(endpoint="http://studio.example.com"), cache_file())
    with pytest.raises(CommandError, match="Use https"), connect(None):
        pass
