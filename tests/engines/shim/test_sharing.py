"""Directories that sessions share, in sessions of the local engine."""

from pathlib import Path

import pytest
from tests.engines.sessions import Place

from greenroom.engines.base import EnginePermanentError, SharedDirectory


@pytest.fixture
def shots(local: Place) -> Path:
    """A directory of the host that everybody may write."""
    path = local.data / "shared" / "fs-01"
    path.mkdir(parents=True)
    path.chmod(0o777)
    return path


def refusal(place: Place, *shared: SharedDirectory) -> str:
    with pytest.raises(EnginePermanentError) as caught:
        place.engine.start(place.spec(shared=shared))
    return str(caught.value)


@pytest.mark.parametrize(
    ("target", "seen"), [("$HOME/shots/a", "/home/artist/shots/a"), ("/projects/a", "/projects/a")]
)
def test_two_sessions_share_a_directory_at_its_mount_point(local: Place, shots: Path, target: str, seen: str) -> None:
    shared = [SharedDirectory("Shots", shots, target)]
    one, two = local.started(shared=shared), local.started(shared=shared)
    local.shell(one, f"echo take > {seen}/sh010")
    assert local.shell(two, f"cat {seen}/sh010") == "take"
    assert (shots / "sh010").read_text() == "take\n"
    assert local.run(two, "test", "-e", str(local.data)).status == 1
    assert "nosuid" in local.shell(two, f"grep ' {seen} ' /proc/self/mounts")


def test_an_entry_may_be_a_link_that_the_administrator_made(local: Place, shots: Path) -> None:
    link = shots.with_name("files.example.com")
    link.symlink_to(shots)
    spec = local.started(shared=[SharedDirectory("Shots", link, "/mnt/shots")])
    local.shell(spec, "touch /mnt/shots/new")
    assert (shots / "new").exists()


def test_what_is_not_there_is_told_with_component_and_path(local: Place) -> None:
    path = local.data / "shared" / "fs-02"
    message = refusal(local, SharedDirectory("Renders (abc)", path, "/mnt/renders"))
    assert "Renders (abc)" in message
    assert f"there is no directory {path}" in message


@pytest.mark.parametrize(
    "target", ["/", "/usr/share", "/etc", "/proc/x", "/home", "/home/artist", "$HOME", "$HOME/../other", "/opt/none/x"]
)
def test_nothing_is_mounted_over_the_system_or_the_home(local: Place, shots: Path, target: str) -> None:
    assert "cannot be mounted" in refusal(local, SharedDirectory("Shots", shots, target))


def test_mount_points_do_not_lie_in_one_another(local: Place, shots: Path) -> None:
    message = refusal(
        local, SharedDirectory("Shots", shots, "/mnt/a"), SharedDirectory("Renders", shots, "/mnt/a/renders")
    )
    assert "Shots" in message
    assert "Renders" in message


def test_a_link_in_the_home_leads_a_mount_nowhere(local: Place, shots: Path) -> None:
    spec = local.spec(shared=[SharedDirectory("Shots", shots, "$HOME/shots")])
    (spec.volume / "shots").symlink_to("/etc")
    with pytest.raises(Exception, match="session"):
        local.engine.start(spec)
