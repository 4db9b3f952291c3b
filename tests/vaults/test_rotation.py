"""A new password: the password file always opens the vault, whenever it breaks off."""

from pathlib import Path

import pytest
from tests.vaults.conftest import PASSWORD, make_vault

from greenroom.vaults import rotation
from greenroom.vaults.base import BackupLabel, VaultPasswordError
from greenroom.vaults.restic import ResticVault


def test_the_old_password_opens_nothing_any_more(vault: ResticVault, backup: BackupLabel, tmp_path: Path) -> None:
    assert vault.rotate_password() == 1
    assert (tmp_path / "vault" / "password").read_text().strip() != PASSWORD
    assert [stored.label for stored in vault.backups()] == [backup]
    with pytest.raises(VaultPasswordError):
        make_vault(tmp_path / "repository", tmp_path / "stranger").backups()
    assert len(list((tmp_path / "repository" / "keys").iterdir())) == 1


def test_the_copies_go_along(vault: ResticVault, backup: BackupLabel, tmp_path: Path) -> None:
    copy = ResticVault(
        str(tmp_path / "copy"),
        tmp_path / "vault" / "password",
        cache=tmp_path / "copy-cache",
        scratch=tmp_path / "vault" / "scratch",
    )
    copy.copy_from(vault)
    assert vault.rotate_password([copy]) == 2
    assert [stored.label for stored in copy.backups()] == [backup]


class _Killed(BaseException):
    pass


@pytest.mark.parametrize("step", ["_opens", "_sync", "drop_other_keys"])
def test_broken_off_at_any_step_it_goes_on(
    step: str, vault: ResticVault, backup: BackupLabel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_arguments: object) -> None:
        raise _Killed

    with monkeypatch.context() as patched:
        patched.setattr(rotation, step, die)
        with pytest.raises(_Killed):
            vault.rotate_password()
    assert [stored.label for stored in vault.backups()] == [backup]
    vault.rotate_password()
    assert [stored.label for stored in vault.backups()] == [backup]
    assert len(list(Path(vault._restic.repository.location, "keys").iterdir())) == 1
