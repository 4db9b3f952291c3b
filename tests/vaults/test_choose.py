"""Naming a vault."""

from pathlib import Path

import pytest

from greenroom.vaults.base import VaultError
from greenroom.vaults.choose import choose


def test_a_restic_repository_is_chosen_by_its_location(tmp_path: Path) -> None:
    vault = choose(
        "restic:rest:https://studio:s3cret@host/vault",
        password_file=tmp_path / "password",
        cache=tmp_path / "cache",
        scratch=tmp_path / "scratch",
    )
    assert vault.name == "restic:rest:https://studio:***@host/vault"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("setting", ["", "restic:", "/srv/vault", "borg:/srv/vault"])
def test_another_kind_is_refused_with_what_there_is(setting: str, tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="restic:") as caught:
        choose(setting, password_file=tmp_path, cache=tmp_path, scratch=tmp_path)
    assert caught.value.reason == "vault-setting"
