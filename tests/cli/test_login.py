"""`greenroom login`, with a person's browser beside it, and `greenroom credentials` after it."""

import json
import subprocess
from pathlib import Path

from tests.running import GREENROOM
from tests.server.browser import Browser
from tests.server.simulated import found, house_of, serving
from tests.server.test_sts import client

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
