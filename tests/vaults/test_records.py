"""The studio's records in the vault: the newest is found, older ones go, backups have nothing to do with them."""

import subprocess
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from tests.support import require
from tests.vaults.conftest import PASSWORD

from greenroom.vaults import records
from greenroom.vaults.base import BackupLabel
from greenroom.vaults.restic import ResticVault


def test_the_newest_records_are_found_beside_the_backups(vault: ResticVault, backup: BackupLabel) -> None:
    assert vault.records() is None
    vault.keep_records(b'{"first": 1}')
    vault.keep_records(b'{"second": 2}')
    assert vault.records() == b'{"second": 2}'
    assert [stored.label for stored in vault.backups()] == [backup]


def test_older_records_go(vault: ResticVault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_MOST", 4)
    for number in range(5):
        vault.keep_records(b"%d" % number)
    assert len(vault._records.all()) == 3
    assert vault.records() == b"4"


def test_restic_alone_reads_them(vault: ResticVault, tmp_path: Path) -> None:
    vault.keep_records(b'{"format": "greenroom-records"}')
    arguments = ("dump", "--tag", "greenroom-records", "latest", "/greenroom-records/records.json")
    command = [require("restic"), "-r", tmp_path / "repository", *arguments]
    assert subprocess.check_output(command, env={"RESTIC_PASSWORD": PASSWORD, "HOME": str(tmp_path)}) == (
        b'{"format": "greenroom-records"}'
    )


def test_servers_that_share_a_vault_keep_their_own(vault: ResticVault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_MOST", 3)
    vault.keep_records(b"of one", "us-west-2:stid-one")
    for number in range(4):
        vault.keep_records(b"%d of the other" % number, "other")
    assert vault.record_studios() == ["other", "us-west-2:stid-one"]
    assert vault.records("us-west-2:stid-one") == b"of one"
    assert vault.records("other") == b"3 of the other"
    assert vault.records("nosuch") is None


def test_a_clock_that_was_set_back_leaves_the_newest_the_newest(
    vault: ResticVault, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ahead(datetime):
        """A clock that reads a day less than when the first were kept."""

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime.now(tz) - timedelta(days=1)

    vault.keep_records(b"older", "one")
    monkeypatch.setattr(records, "datetime", Ahead)
    vault.keep_records(b"newer", "one")
    first, second = vault._records.all("one")
    assert second.time > first.time
    assert vault.records("one") == b"newer"
