"""A desktop that really runs: it comes up, and comes back, and the session does not mind."""

import http.client
import os
import re
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from tests.engines.sessions import Place, local_place
from tests.support import require, unavailable, wait_until

from greenroom.engines.base import EngineError, SessionSpec


def status(place: Place, spec: SessionSpec) -> int:
    """What the desktop's stream answers."""
    with place.engine.open_stream(spec.session_id, 60) as inside:
        inside.settimeout(20)
        connection = http.client.HTTPConnection("session")
        connection.sock = inside
        connection.request("GET", "/api/status")
        return connection.getresponse().status


def comes_again(place: Place, spec: SessionSpec, before: str) -> bool:
    """Whether something else than that process answers for the stream."""
    if place.run(spec, "pgrep", "-f", "[s]elkies").output.strip() in ("", before):
        return False
    try:
        return status(place, spec) == 200
    except (EngineError, OSError):
        return False


def pid(place: Place, spec: SessionSpec, program: str) -> str:
    return place.run(spec, "pgrep", "-o", "-x", program).output.strip()


def test_a_desktop_comes_up_and_comes_back(desktop: Place) -> None:
    spec = desktop.started()
    assert status(desktop, spec) == 200
    first = wait_until(lambda: pid(desktop, spec, "openbox"), 20, what="the window manager")
    desktop.shell(spec, "kill -9 $(pgrep -x Xvfb)")
    wait_until(
        lambda: pid(desktop, spec, "openbox") not in ("", first), 40, what="the desktop after its screen was lost"
    )
    assert "1920 x 1080" in desktop.shell(spec, "xrandr")
    streaming = desktop.shell(spec, "pgrep -f [s]elkies")
    desktop.shell(spec, f"kill -9 {streaming}")
    wait_until(lambda: comes_again(desktop, spec, streaming), 60, what="the stream after Selkies was killed")
    before = pid(desktop, spec, "Xvfb")
    desktop.shell(spec, "kill -9 $(pgrep -o -f [d]esktop.supervisor)")
    wait_until(
        lambda: pid(desktop, spec, "Xvfb") not in ("", before), 40, what="the desktop after its supervisor was killed"
    )
    assert status(desktop, spec) == 200
    assert desktop.engine.is_running(spec.session_id)


def test_a_session_without_a_desktop_has_no_stream(data: Path) -> None:
    with local_place(data) as place:
        spec = place.started()
        with pytest.raises(EngineError, match="has no desktop") as refused:
            place.engine.open_stream(spec.session_id, 0)
        assert refused.value.reason == "no-desktop"
        with pytest.raises(EngineError) as unknown:
            place.engine.open_stream("other", 0)
        assert unknown.value.reason == "session-not-running"


def test_what_a_session_puts_in_the_streams_place_leads_nowhere_else(desktop: Place, tmp_path: Path) -> None:
    """A link to a socket of the host is followed inside of the session, where that socket is not."""
    with socket.socket(socket.AF_UNIX) as secret:
        secret.bind(str(tmp_path / "secret"))
        secret.listen()
        spec = desktop.started()
        assert status(desktop, spec) == 200
        desktop.shell(spec, f"ln -sf {tmp_path}/secret /run/user/1000/greenroom-stream")
        with pytest.raises(EngineError, match="does not answer"):
            desktop.engine.open_stream(spec.session_id, 0)


def test_an_image_that_has_the_programs_shows_a_desktop_of_its_own(desktop: Place) -> None:
    """A system of its own, of which only the programs are this machine's."""
    if os.geteuid() != 0 or not Path("/bin").is_symlink():
        unavailable("needs a system with a merged /usr, mounted into the image by root")
    image = desktop.data / "image"
    for name in ("usr", "etc", "var/lib"):
        (image / name).mkdir(parents=True)
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            (image / name).symlink_to(Path("/", name).readlink())
    (image / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    shutil.copytree("/etc/fonts", image / "etc" / "fonts", symlinks=True)
    subprocess.run(["mount", "--bind", "/usr", image / "usr"], check=True)
    try:
        spec = desktop.started(image_root=image)
        assert desktop.run(spec, "ls", "/etc/debian_version").status != 0
        assert status(desktop, spec) == 200
        # Whatever release it is of: what shows the desktop has none of its libraries, and its programs have no others.
        streaming, screen = desktop.shell(spec, "pgrep -of [s]elkies"), pid(desktop, spec, "Xvfb")
        assert "/run/greenroom/libraries/libc.so.6" in desktop.shell(spec, f"cat /proc/{streaming}/maps")
        assert not re.findall(r" /usr/lib\S*\.so\b", desktop.shell(spec, f"cat /proc/{streaming}/maps"))
        assert "/run/greenroom" not in desktop.shell(spec, f"cat /proc/{screen}/maps")
        desktop.engine.stop(spec.session_id, 0)
    finally:
        subprocess.run(["umount", image / "usr"], check=True)


def test_a_desktop_is_of_the_programs_that_the_studio_chose(data: Path) -> None:
    require("Xvfb")
    with local_place(data, desktop="on", desktop_programs=("openbox", "tail -f /dev/null")) as place:
        spec = place.started()
        first = wait_until(lambda: pid(place, spec, "tail"), 20, what="the studio's own program")
        assert pid(place, spec, "tint2") == ""
        place.shell(spec, f"kill {first}")
        wait_until(lambda: pid(place, spec, "tail") not in ("", first), 20, what="the program after it had ended")
