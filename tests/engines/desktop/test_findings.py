"""What doctor says of desktops."""

from pathlib import Path

import pytest

from greenroom.engines.desktop import findings
from greenroom.engines.findings import State

PACKAGE_LIST = Path(__file__).parents[3] / "scripts" / "system-packages"


def test_every_package_that_is_named_is_one_that_setup_installs() -> None:
    listed = PACKAGE_LIST.read_text()
    for program, package in findings.PACKAGES.items():
        assert f"has {program}|{package}|" in listed


def test_what_is_missing_is_named_with_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "lacking", lambda _root, _programs: ["Xvfb", "selkies"])
    found = findings.finding()
    assert (found.state, found.meaning) == (State.MISSING, "sessions have no desktop without Xvfb, selkies")
    assert "apt install xvfb" in found.remedy
    monkeypatch.setattr(findings, "lacking", lambda _root, _programs: [])
    monkeypatch.setattr(findings.shutil, "which", lambda name: None if name == "tint2" else name)
    assert findings.finding().remedy == "apt install tint2"
    monkeypatch.setattr(findings.shutil, "which", lambda name: name)
    assert findings.finding().state is State.OK


def test_a_studios_own_programs_are_looked_for_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings.shutil, "which", lambda name: name if name == "dbus-daemon" else None)
    found = findings.finding(["xfwm4", "thunar --daemon"])
    assert (found.state, found.meaning) == (State.MISSING, "sessions have no desktop without xfwm4")
    assert found.remedy == "apt install xfwm4 thunar"


def test_what_an_image_lacks_for_a_desktop_is_told(tmp_path: Path) -> None:
    found = findings.of_image("ami-0bare", tmp_path)
    assert (found.part, found.state) == ("image ami-0bare", State.LIMITED)
    assert "commands and no desktop: it lacks Xvfb, openbox, xrandr" in found.meaning
    assert "x11-xserver-utils" in found.remedy
    (tmp_path / "bin").mkdir()
    for name in ("Xvfb", "openbox", "xrandr"):
        (tmp_path / "bin" / name).touch()
    assert findings.of_image("ami-0whole", tmp_path).state is State.OK
