"""What bubblewrap is told of an image."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from greenroom.engines.base import SessionSpec
from greenroom.engines.shim.image import ImageError, Sources, bubblewrap_arguments, environment
from greenroom.engines.shim.runtime import Launch


class Files:
    """Keeps what would be put into open files; a file's number is its place."""

    def __init__(self) -> None:
        self.contents: list[str] = []

    def __call__(self, content: str) -> int:
        self.contents.append(content)
        return len(self.contents) - 1


def launch(image: Path, *, hidden: tuple[Path, ...] = ()) -> Launch:
    spec = SessionSpec("s-1", "ws-1", "mira", 2000, Path("/data/v"), image, environment={"SHOW": "x1", "LANG": "de_DE"})
    return Launch(spec, 2000, "/usr/bin/bwrap", hidden, "s-1-abc", "0123")


@pytest.fixture
def image(tmp_path: Path) -> Path:
    for name in ("usr/bin", "etc", "var/tmp", "home/somebody", "root", "proc", "srv"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "bin").symlink_to("usr/bin")
    (tmp_path / "usr" / "bin" / "sh").write_text("")
    (tmp_path / "etc" / "passwd").write_text(
        "root:x:0:0:root:/root:/bin/sh\nmira:x:17:17::/:/bin/sh\nbroken\nanna:x:1001:1001::/home/anna:/bin/sh\n"
        "nobody:x:65534:65534::/:/bin/false\n"
    )
    return tmp_path


def arguments(of: Launch, files: Files | None = None) -> list[str]:
    return bubblewrap_arguments(of, Sources(Path("/stage/image"), Path("/stage/volume")), 9, files or Files())


def pairs(words: list[str], option: str) -> list[tuple[str, str]]:
    return [(words[at + 1], words[at + 2]) for at, word in enumerate(words) if word == option]


def test_the_system_of_an_image_is_bound_read_only_and_its_homes_are_not(image: Path) -> None:
    words = arguments(launch(image))
    assert pairs(words, "--ro-bind") == [(f"/stage/image/{name}", f"/{name}") for name in ("etc", "srv", "usr", "var")]
    assert ("usr/bin", "/bin") in pairs(words, "--symlink")


def test_devices_that_the_session_has_are_bound_into_its_own_dev(image: Path) -> None:
    assert "--dev-bind" not in arguments(launch(image))
    found = arguments(replace(launch(image), devices=(Path("/dev/dri/renderD128"),)))
    at = found.index("--dev-bind")
    assert found[at : at + 3] == ["--dev-bind", "/dev/dri/renderD128", "/dev/dri/renderD128"]
    assert found.index("--dev") < at < found.index("--remount-ro")


def test_only_the_volume_is_bound_to_be_written(image: Path) -> None:
    assert pairs(arguments(launch(image)), "--bind") == [("/stage/volume", "/home/mira")]


def test_accounts_are_those_of_the_system_and_the_sessions_own(image: Path) -> None:
    files = Files()
    words = arguments(launch(image), files)
    bound = {target: files.contents[int(number)] for number, target in pairs(words, "--ro-bind-data")}
    assert [line.split(":")[0] for line in bound["/etc/passwd"].splitlines()] == ["root", "nobody", "mira"]
    assert bound["/etc/passwd"].endswith("mira:x:1000:1000:mira:/home/mira:/bin/sh\n")
    assert set(bound) == {"/etc/passwd"}  # the image has none of the others


def test_the_environment_of_the_spec_goes_before_the_engines(image: Path) -> None:
    variables = environment(launch(image))
    assert variables["SHOW"] == "x1"
    assert variables["LANG"] == "de_DE"
    assert variables["HOME"] == "/home/mira"


def test_a_directory_without_a_shell_or_accounts_is_no_image(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match="needs bin/sh and etc/passwd"):
        arguments(launch(tmp_path))


def test_hidden_directories_are_covered_once_where_the_system_is_this_machines() -> None:
    words = arguments(
        launch(Path("/"), hidden=(Path("/usr/share/doc"), Path("/usr/share"), Path("/srv"), Path("/usr/none")))
    )
    covered = [words[at + 1] for at, word in enumerate(words) if word == "--tmpfs"]
    assert "/usr/share" in covered
    assert not {"/usr/share/doc", "/srv", "/usr/none"} & set(covered)


def test_hidden_directories_of_the_machine_do_not_concern_an_image_of_its_own(image: Path) -> None:
    assert "/usr/share" not in arguments(launch(image, hidden=(Path("/usr/share"),)))


def test_a_session_of_the_servers_own_user_needs_no_staging(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 2000)
    assert Sources.of(launch(image)) == Sources(image, Path("/data/v"))


def test_a_session_of_another_user_has_its_sources_staged(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert Sources.of(launch(image)) == Sources(Path("/run/image"), Path("/run/volume"))
    assert Sources.of(launch(Path("/"))).image == Path("/")
