"""What a proving process is told, and tells."""

from pathlib import Path

import pytest

from greenroom.vaults import base
from greenroom.vaults.failures import SourceUnreadableError
from greenroom.vaults.manifest import scan
from greenroom.vaults.proving import Failed, Seen


@pytest.mark.parametrize(
    "error",
    [
        SourceUnreadableError("unreadable"),
        base.BackupBrokenError("broken"),
        base.BackupMissingError("missing"),
        base.VaultError("later", reason="verify"),
        base.VaultFullError("full"),
        base.VaultLockedError("locked"),
        base.VaultPasswordError("password"),
        base.VaultUnavailableError("away"),
    ],
)
def test_a_failure_is_the_same_on_the_other_side(error: base.VaultError) -> None:
    told = Failed.of(error).error()
    assert (type(told), str(told), told.reason) == (type(error), str(error), error.reason)


def test_what_a_tree_holds_is_summed_up(tmp_path: Path) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory" / "file").write_text("four")
    (tmp_path / "again").hardlink_to(tmp_path / "directory" / "file")
    (tmp_path / "link").symlink_to("nowhere")
    assert Seen.of(scan(tmp_path)) == Seen(files=3, size_bytes=4)
