"""What a session gets so that it has a desktop."""

from pathlib import Path

import pytest

from greenroom.engines.base import EnginePermanentError, SessionSpec
from greenroom.engines.desktop import outfit


def spec(root: Path, *command: str) -> SessionSpec:
    return SessionSpec("s", "ws", "artist", 1000, root, image_root=root, command=command, environment={"OWN": "1"})


@pytest.fixture
def able(tmp_path: Path) -> Path:
    """An image that can show a desktop."""
    programs = tmp_path / "usr" / "bin"
    programs.mkdir(parents=True)
    for name in ("Xvfb", "openbox", "xrandr"):
        (programs / name).touch()
    (tmp_path / "lib64").mkdir()
    (tmp_path / "lib64" / "ld-linux-x86-64.so.2").touch()
    return tmp_path


def test_a_session_gets_a_supervisor_and_sees_what_that_needs(able: Path) -> None:
    dressed = outfit.dress(spec(able), "auto")
    assert "greenroom.engines.desktop.supervisor" in " ".join(dressed.spec.command)
    assert dressed.spec.environment["DISPLAY"] == ":1"
    assert dressed.spec.environment["OWN"] == "1"
    assert all(inside.startswith("/run/greenroom/") and host.is_dir() for inside, host in dressed.shown.items())
    assert (dressed.shown["/run/greenroom/packages"] / "selkies").is_dir()


def test_an_image_of_any_release_is_shown_this_machines_python_with_its_libraries(able: Path) -> None:
    (able / "lib64/ld-linux-x86-64.so.2").unlink()
    dressed = outfit.dress(spec(able), "on")
    loader, option, path, python = dressed.spec.command[:4]
    assert option == "--library-path"
    assert all(each.startswith("/run/greenroom/") for each in (loader, *path.split(":"), python))
    shown = dressed.shown["/run/greenroom/libraries"]
    assert (shown / Path(loader).name).exists()
    assert (shown / "libc.so.6").exists()
    assert dressed.spec.environment["GREENROOM_PYTHON"].split("\n") == [loader, option, path, python]


def test_a_machine_on_another_c_library_shows_no_desktops(able: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outfit, "_LOADERS", ())
    assert outfit.lacking(able) == ["glibc"]
    assert outfit.dress(spec(able), "auto").shown == {}


def test_off_changes_nothing(able: Path) -> None:
    assert outfit.dress(spec(able), "off") == outfit.Outfit(spec(able))


def test_a_command_of_its_own_stays(able: Path) -> None:
    assert outfit.dress(spec(able, "sleep", "1"), "on").spec.command == ("sleep", "1")


def test_an_image_that_cannot_has_none_unless_it_must(able: Path) -> None:
    (able / "usr/bin/Xvfb").unlink()
    assert outfit.dress(spec(able), "auto").shown == {}
    with pytest.raises(EnginePermanentError, match="without Xvfb") as refused:
        outfit.dress(spec(able), "on")
    assert refused.value.status_code == "AMI_VALIDATION_ERROR"


def test_another_window_manager_is_as_indispensable_and_the_session_is_told_of_it(able: Path) -> None:
    assert outfit.lacking(able, ["xfwm4 --replace"]) == ["xfwm4"]
    (able / "usr/bin/xfwm4").touch()
    dressed = outfit.dress(spec(able), "on", programs=["xfwm4 --replace", "thunar --daemon"])
    assert dressed.spec.environment["GREENROOM_DESKTOP_PROGRAMS"] == "xfwm4 --replace\nthunar --daemon"
