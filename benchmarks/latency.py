"""From a key press to the changed pixel in the browser, over loopback: Greenroom's desktop, and noVNC with TigerVNC.

`python -m benchmarks.latency [--presses 100]`. Needs Xvnc, websockify and noVNC (scripts/system-packages bench). Both
desktops have the same size, window manager, panel and file manager, and one program that turns a window of 400 x 300
pixels black or white at each key. The time is the page's own: from its keydown event to the first animation frame in
which the canvas shows the other colour.
"""

import argparse
import importlib.util
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from tests.e2e.chromium import Browser

from benchmarks.studio import Served, poll, served
from greenroom.engines.desktop.components import PACKAGES

NOVNC = Path("/usr/share/novnc")
PROGRAM = """
import os, sys
sys.path.append(sys.argv[1])
from Xlib import X
from Xlib.display import Display
display = Display()
screen = display.screen()
window = screen.root.create_window(
    440, 210, 400, 300, 0, screen.root_depth, background_pixel=screen.black_pixel, override_redirect=1,
    event_mask=X.KeyPressMask | X.ExposureMask | X.ButtonPressMask,
)
window.map()
window.configure(stack_mode=X.Above)
display.sync()
window.set_input_focus(X.RevertToParent, X.CurrentTime)
display.flush()
open(sys.argv[2], "w").close()
colour = screen.black_pixel
while True:
    event = display.next_event()
    if event.type == X.ButtonPress:
        window.set_input_focus(X.RevertToParent, X.CurrentTime)
    elif event.type == X.KeyPress:
        colour = screen.white_pixel if colour == screen.black_pixel else screen.black_pixel
        window.change_attributes(background_pixel=colour)
        window.clear_area()
    display.flush()
"""
WATCH = """
(() => {
    const scratch = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const bright = () => [...document.querySelectorAll("canvas")].some((canvas) => {
        if (canvas.width < 1280) return false;
        scratch.clearRect(0, 0, 1, 1);
        scratch.drawImage(canvas, Math.floor(canvas.width / 2), Math.floor(canvas.height / 2), 1, 1, 0, 0, 1, 1);
        return scratch.getImageData(0, 0, 1, 1).data[0] > 127;
    });
    window.taken = [];
    let pressed = null;
    let before = bright();
    addEventListener("keydown", (event) => {
        if (pressed !== null) window.taken.push(null);
        [pressed, before] = [event.timeStamp, bright()];
    }, { capture: true });
    const look = () => {
        if (pressed !== null && bright() !== before) {
            window.taken.push(performance.now() - pressed);
            pressed = null;
        }
        requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})()
"""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=100)
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with ExitStack() as stack:
        studio = stack.enter_context(served(desktop="on"))
        session_id = studio.session()
        studio.stream_answers(session_id)
        stack.enter_context(_blinking_inside(studio, session_id))
        there = stack.enter_context(_tigervnc(Path(stack.enter_context(tempfile.TemporaryDirectory()))))
        urls = {"Greenroom": studio.stream_url(session_id), "noVNC + TigerVNC": there}
        medians = {}
        for name, url in urls.items():
            with Browser() as browser:
                taken = _pressed(browser, url, arguments.presses)
            found = sorted(each for each in taken if each is not None)
            medians[name] = statistics.median(found)
            late = found[round(len(found) * 0.95) - 1]
            lost = len(taken) - len(found)
            print(f"{name:>18}: median {medians[name]:.1f} ms, p95 {late:.1f} ms, {len(found)} presses, {lost} without")
        print(f"Greenroom takes {medians['Greenroom'] / medians['noVNC + TigerVNC']:.2f} x of noVNC + TigerVNC")


def _pressed(browser: Browser, url: str, presses: int) -> list[float | None]:
    """Milliseconds of each press; None for what was not seen before the next."""
    browser.tell("visit", url=url)
    watch = f"(() => {{ try {{ {WATCH.strip()}; return true; }} catch {{ return false; }} }})()"
    poll(lambda: browser.tell("evaluate", expression=watch), 60)

    def echoes() -> bool:
        browser.tell("click", x=640, y=360)
        browser.tell("evaluate", expression="window.taken.length = 0")
        for _ in range(2):
            browser.tell("press", keys="a")
            time.sleep(0.5)
        taken = browser.tell("evaluate", expression="window.taken")
        return len(taken) == 2 and all(taken)

    poll(echoes, 60)
    browser.tell("evaluate", expression="window.taken.length = 0")
    for _ in range(presses):
        browser.tell("press", keys="a")
        time.sleep(random.uniform(0.2, 0.35))
    return list(browser.tell("evaluate", expression="window.taken"))


@contextmanager
def _blinking_inside(studio: Served, session_id: str) -> Iterator[None]:
    """The program, in the session."""
    command = ["python3", "-c", PROGRAM, f"{PACKAGES}/selkies", "/home/artist/blinks"]
    with studio.executing(session_id, *command):
        poll(lambda: studio.has_file(session_id, "/home/artist/blinks"), 30)
        yield


@contextmanager
def _tigervnc(directory: Path) -> Iterator[str]:
    """The same desktop on this machine, with noVNC before it; the page's URL."""
    ports = [_free_port(), _free_port()]
    files = Path(__file__).parents[1] / "src/greenroom/engines/desktop/files"
    display = ":77"
    environ = {
        **os.environ,
        "DISPLAY": display,
        "HOME": str(directory),
        "XDG_CONFIG_DIRS": f"{files}:/etc/xdg",
        "XDG_RUNTIME_DIR": str(directory),
    }
    xvnc = [
        "Xvnc",
        display,
        "-geometry",
        "1280x720",
        "-depth",
        "24",
        "-SecurityTypes",
        "None",
        "-rfbport",
        str(ports[0]),
    ]
    commands = [
        [*xvnc, "-interface", "127.0.0.1", "-localhost"],
        ["openbox"],
        ["pcmanfm", "--desktop", "--profile=greenroom"],
        ["tint2", "-c", str(files / "tint2/tint2rc")],
        [sys.executable, "-c", PROGRAM, str(_selkies()), str(directory / "blinks")],
        ["websockify", "--web", str(NOVNC), f"127.0.0.1:{ports[1]}", f"127.0.0.1:{ports[0]}"],
    ]
    with ExitStack() as stack:
        for command in commands:
            process = subprocess.Popen(
                ["dbus-run-session", *command] if command[0] == "pcmanfm" else command,
                env=environ,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            stack.callback(process.wait)
            stack.callback(process.terminate)
            if command[0] == "Xvnc":
                poll(lambda: _answers(ports[0]), 30)
        poll((directory / "blinks").exists, 30)
        poll(lambda: _answers(ports[1]), 30)
        yield f"http://127.0.0.1:{ports[1]}/vnc_lite.html?host=127.0.0.1&port={ports[1]}&path=websockify"


def _selkies() -> Path:
    """Where the library is that the program speaks X by."""
    found = importlib.util.find_spec("selkies")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def _answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port)).close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    main()
