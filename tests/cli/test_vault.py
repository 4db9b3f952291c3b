"""`greenroom vault`, on a studio whose server does not run."""

import json
from pathlib import Path

from tests.records import make_studio
from tests.running import Studio

from greenroom.server.house import open_house
from greenroom.server.settings import Settings
from greenroom.store import studios


def test_vaults_are_listed_checked_copied_and_rekeyed(nowhere: Studio, tmp_path: Path) -> None:
    nowhere.environment = {"GREENROOM_ENGINE": "simulated"}
    nowhere.found()
    data = ("--data", str(nowhere.data))
    assert b"no copies" in nowhere.command("vault", "copy", *data, check=False).stderr
    further = make_studio(studio_id="us-west-2:stid-0123456789abcdef", vault_path="stid-0123456789abcdef")
    with open_house(Settings.load(nowhere.data, nowhere.environ)) as house:
        with house.database.write() as connection:
            studios.insert(connection, further)
        house.vaults.opened(further.studio_id).keep_records(b"{}", further.studio_id)
    nowhere.command("vault", "add", str(tmp_path / "copy"), *data)
    again = nowhere.command("vault", "add", str(tmp_path / "copy"), *data, check=False)
    assert (again.returncode, b"already" in again.stderr) == (1, True)
    password = (nowhere.data / "vault-password").read_bytes()
    nowhere.command("vault", "rotate-password", *data)
    assert (nowhere.data / "vault-password").read_bytes() != password
    nowhere.command("vault", "copy", *data)
    nowhere.command("vault", "unlock", *data)
    nowhere.command("vault", "prune", *data)
    assert b"Nothing in the vault is damaged" in nowhere.command("vault", "mend", *data).stdout
    elsewhere = nowhere.command("vault", "mend", "--repository", "sftp:store:/vault", *data, check=False)
    assert (elsewhere.returncode, b"is no directory" in elsewhere.stderr) == (1, True)
    first, theirs, copy, copied = json.loads(nowhere.command("vault", "list", "--json", *data).stdout)
    assert [each["studio"] for each in (first, theirs, copied)] == ["Test Studio", "Aurora Pictures", "Aurora Pictures"]
    assert [each["name"] for each in (theirs, copied)] == [
        f"restic:{place / further.vault_path}" for place in (nowhere.data / "vault", tmp_path / "copy")
    ]
    assert (first["role"], first["backups"], copy["role"], copy["missing"]) == ("vault", 0, "copy", 0)
    found = json.loads(nowhere.command("vault", "check", "--read-data", "--json", *data).stdout)
    assert [each["sound"] for each in found] == [True] * 4
    (tmp_path / "copy" / "config").unlink()
    rows = json.loads(nowhere.command("vault", "list", "--json", *data).stdout)
    assert "cannot be reached" in rows[2]["message"]
    assert (rows[2]["copiedAt"], rows[2]["failingSince"]) == (None, None)
    assert b"Last whole" in nowhere.command("vault", "list", *data).stdout
