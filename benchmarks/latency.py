"""From a key press to the changed pixel in the browser, over loopback: Greenroom's desktop, and noVNC with TigerVNC.

`python -m benchmarks.latency [--presses 100] [--rounds 4]`. Needs Xvnc, websockify and noVNC (scripts/system-packages
bench). Both desktops have the same size, window manager, panel and file manager, and one program that turns a window of
400 x 300 pixels black or white at each key. They take turns, so that whatever else the machine does falls on both.

The time is the page's own: from its keydown event to the first animation frame that shows the other colour. The canvas
is looked at after all of a frame's own callbacks: a client that paints in these (Selkies) is seen in the frame that it
paints, as one is that paints in between (noVNC). Where the time goes is told by the page, which notes when the key
leaves by its socket and when frames come in, and by the program, which notes when it has the key and has drawn.
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
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.e2e.chromium import Browser

from benchmarks.studio import Served, poll, served
from greenroom.engines.desktop.components import PACKAGES

NOVNC = Path("/usr/share/novnc")
PROGRAM = """
import sys, time
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
notes = open(sys.argv[2], "w", buffering=1)
colour = screen.black_pixel
while True:
    event = display.next_event()
    if event.type == X.ButtonPress:
        window.set_input_focus(X.RevertToParent, X.CurrentTime)
    elif event.type == X.KeyPress:
        came = time.time()
        colour = screen.white_pixel if colour == screen.black_pixel else screen.black_pixel
        window.change_attributes(background_pixel=colour)
        window.clear_area()
        display.flush()
        notes.write(f"{came} {time.time()}\\n")
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
    const clock = () => performance.timeOrigin + performance.now();
    window.taken = [];
    let press = null;
    addEventListener("keydown", (event) => {
        if (press !== null) window.taken.push(null);
        press = { pressed: performance.timeOrigin + event.timeStamp, sent: null, frames: [], before: bright() };
    }, { capture: true });

    // What goes out by the page's socket, and what comes in that is not Selkies' sound.
    const SOUND = 1;
    const heard = new WeakSet();
    const send = WebSocket.prototype.send;
    WebSocket.prototype.send = function (data) {
        if (press !== null) press.sent ??= clock();
        if (!heard.has(this)) {
            heard.add(this);
            this.addEventListener("message", ({ data, timeStamp }) => {
                if (press !== null && data instanceof ArrayBuffer && new Uint8Array(data, 0, 1)[0] !== SOUND)
                    press.frames.push(performance.timeOrigin + timeStamp);
            });
        }
        return send.call(this, data);
    };

    // An observer of sizes is called once a frame, after all that was to be done in it and before it is painted.
    const pulse = document.createElement("div");
    pulse.style.cssText = "position: fixed; left: 0; top: 0; height: 1px; opacity: 0; pointer-events: none";
    document.body.append(pulse);
    let frame = 0;
    const beat = () => {
        frame = clock();
        pulse.style.width = pulse.style.width === "1px" ? "2px" : "1px";
        requestAnimationFrame(beat);
    };
    requestAnimationFrame(beat);
    new ResizeObserver(() => {
        if (press === null || bright() === press.before) return;
        window.taken.push({ ...press, shown: frame });
        press = null;
    }).observe(pulse);
})()
"""
HOPS = (
    "key to the page's socket",
    "to the program, as a key press",
    "drawn",
    "to the page, as a frame",
    "decoded and painted",
)


class Press(NamedTuple):
    """What the page noted of a key press, in milliseconds since 1970."""

    pressed: float
    sent: float
    frames: Sequence[float]
    shown: float


@dataclass(frozen=True)
class Desktop:
    """One of those that are compared: a new page of it, and what its program noted so far."""

    url: Callable[[], str]
    notes: Callable[[], str]


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--presses", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=4)
    arguments = parser.parse_args()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with ExitStack() as stack:
        studio = stack.enter_context(served(desktop="on"))
        desktops = {
            "Greenroom": stack.enter_context(_greenroom(studio)),
            "noVNC + TigerVNC": stack.enter_context(
                _tigervnc(Path(stack.enter_context(tempfile.TemporaryDirectory())))
            ),
        }
        times: dict[str, list[Sequence[float]]] = {name: [] for name in desktops}
        lost = dict.fromkeys(desktops, 0)
        for _ in range(arguments.rounds):
            for name, desktop in desktops.items():
                with Browser() as browser:
                    presses = _pressed(browser, desktop.url(), arguments.presses // arguments.rounds)
                seen = [press for press in presses if press is not None]
                lost[name] += len(presses) - len(seen)
                times[name] += _hops(seen, desktop.notes())
    _tell(times, lost)


def _tell(times: Mapping[str, Sequence[Sequence[float]]], lost: Mapping[str, int]) -> None:
    whole = {}
    for name, presses in times.items():
        sums = [sum(hops) for hops in presses]
        whole[name] = (statistics.median(sums), _late(sums))
        print(f"{name}: median {whole[name][0]:.1f} ms, p95 {whole[name][1]:.1f} ms; {len(sums)} presses, ", end="")
        print(f"{lost[name]} not seen before the next")
        for hop, each in zip(HOPS, zip(*presses, strict=True), strict=True):
            print(f"{hop:>34}: median {statistics.median(each):.1f} ms, p95 {_late(each):.1f} ms")
    ours, theirs = whole["Greenroom"], whole["noVNC + TigerVNC"]
    print(f"Greenroom takes {ours[0] / theirs[0]:.2f} x of noVNC + TigerVNC, and {ours[1] / theirs[1]:.2f} x at p95")


def _late(values: Sequence[float]) -> float:
    return sorted(values)[round(len(values) * 0.95) - 1]


def _hops(presses: Sequence[Press], notes: str) -> Iterator[Sequence[float]]:
    """Milliseconds of each hop of each press that all of them were noted of."""
    drawings = [[float(each) * 1000 for each in line.split()] for line in notes.splitlines()]
    for press in presses:
        for came, drawn in drawings:
            if press.pressed < came < press.shown:
                arrived = next((frame for frame in press.frames if frame >= drawn), press.shown)
                moments = (press.pressed, press.sent, came, drawn, arrived, press.shown)
                yield [after - before for before, after in pairwise(moments)]
                break


def _pressed(browser: Browser, url: str, presses: int) -> list[Press | None]:
    """The page's notes of each press; None for what was not seen before the next."""
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
    taken = browser.tell("evaluate", expression="window.taken")
    return [press and Press(press["pressed"], press["sent"], press["frames"], press["shown"]) for press in taken]


@contextmanager
def _greenroom(studio: Served) -> Iterator[Desktop]:
    """A session with the program in it."""
    session_id = studio.session()
    studio.stream_answers(session_id)
    notes = "/home/artist/blinks"
    with studio.executing(session_id, "python3", "-c", PROGRAM, f"{PACKAGES}/selkies", notes):
        poll(lambda: studio.has_file(session_id, notes), 30)
        yield Desktop(lambda: studio.stream_url(session_id), lambda: studio.said(session_id, "cat", notes))


@contextmanager
def _tigervnc(directory: Path) -> Iterator[Desktop]:
    """The same desktop on this machine, with noVNC before it."""
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
        url = f"http://127.0.0.1:{ports[1]}/vnc_lite.html?host=127.0.0.1&port={ports[1]}&path=websockify"
        yield Desktop(lambda: url, (directory / "blinks").read_text)


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
