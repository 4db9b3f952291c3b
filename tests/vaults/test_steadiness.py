"""A password that changes, and a repository that is made with it meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from greenroom.vaults.steadiness import changing, steady


def test_no_repository_is_made_while_the_password_changes(tmp_path: Path) -> None:
    password_file, made = tmp_path / "password", Event()

    def make() -> str:
        with steady(password_file):
            made.set()
            return password_file.read_text()

    with ThreadPoolExecutor(1) as pool:
        with changing(password_file):
            password_file.write_text("old")
            making = pool.submit(make)
            assert not made.is_set()
            password_file.write_text("new")
            assert not made.is_set()
        assert making.result(timeout=30) == "new"


def test_repositories_are_made_beside_each_other(tmp_path: Path) -> None:
    with steady(tmp_path / "password"), steady(tmp_path / "password"):
        pass
