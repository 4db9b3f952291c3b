"""Commands inside sessions of the local engine."""

import os
import pty
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.engines.sessions import Place
from tests.support import wait_until

from greenroom.engines.base import EngineError, EnginePermanentError, SessionSpec

CALLER = """
import sys
from pathlib import Path
from greenroom.engines.local import LocalEngine
sys.exit(LocalEngine(Path(sys.argv[1])).execute(sys.argv[2], sys.argv[3:], stdin=0, stdout=1, stderr=2))
"""


def caller(place: Place, spec: SessionSpec, *command: str) -> list[str]:
    """A program of its own that runs a command in the session, as the command line does."""
    return [sys.executable, "-c", CALLER, str(place.data / "sessions"), spec.session_id, *command]


def test_output_errors_and_status_come_through(local: Place) -> None:
    spec = local.started()
    result = local.run(spec, "sh", "-c", "echo out; echo err >&2; exit 7")
    assert (result.status, result.output, result.errors) == (7, "out\n", "err\n")


def test_input_goes_in(local: Place) -> None:
    spec = local.started()
    assert local.run(spec, "tr", "a-z", "A-Z", stdin=b"shot 010\n").output == "SHOT 010\n"


def test_a_command_runs_as_the_user_in_its_home_which_is_the_volume(local: Place) -> None:
    spec = local.started()
    assert local.shell(spec, 'whoami; pwd; echo "$HOME $USER $LOGNAME"; echo hello > note') == (
        "artist\n/home/artist\n/home/artist artist artist"
    )
    assert (spec.volume / "note").read_text() == "hello\n"
    assert (spec.volume / "note").stat().st_uid == spec.uid


def test_the_environment_is_the_sessions_with_the_callers_additions(local: Place) -> None:
    spec = local.started(environment={"SHOW": "x1", "SHOT": "010"})
    result = local.run(spec, "sh", "-c", "echo $SHOW $SHOT", environment={"SHOT": "020"})
    assert result.output == "x1 020\n"


def test_a_command_that_a_signal_ended_has_128_more_as_its_status(local: Place) -> None:
    spec = local.started()
    assert local.run(spec, "sh", "-c", "kill -TERM $$").status == 128 + signal.SIGTERM


def test_a_command_that_does_not_exist_ends_with_127(local: Place) -> None:
    spec = local.started()
    result = local.run(spec, "no-such-command")
    assert (result.status, result.errors) == (127, "greenroom: no-such-command: no such command in the session\n")


def test_a_file_that_is_no_program_ends_with_126(local: Place) -> None:
    spec = local.started()
    result = local.run(spec, "/etc/passwd")
    assert (result.status, result.errors) == (126, "greenroom: /etc/passwd: Permission denied\n")


def test_signals_that_python_ignores_are_as_programs_expect_them(local: Place) -> None:
    spec = local.started()
    ignored = local.shell(spec, "grep SigIgn /proc/self/status").split()[1]
    # 32 and 33 are the C library's own: its posix_spawn (which make uses) leaves them so, and no program can change it.
    assert int(ignored, 16) & ~(1 << 31 | 1 << 32) == 0


def test_a_command_that_takes_too_long_is_ended_with_what_it_started(local: Place) -> None:
    spec = local.started()
    nothing = os.open(os.devnull, os.O_RDWR)
    try:
        with pytest.raises(EngineError, match=r"longer than 0\.2 s") as caught:
            local.engine.execute(
                spec.session_id,
                ["sh", "-c", "sleep 1234 & sleep 1234"],
                stdin=nothing,
                stdout=nothing,
                stderr=nothing,
                timeout=0.2,
            )
    finally:
        os.close(nothing)
    assert caught.value.reason == "execute-timeout"
    wait_until(lambda: "1234" not in local.shell(spec, "cat /proc/[0-9]*/cmdline | tr '\\0' ' '"))


def test_an_empty_command_is_refused(local: Place) -> None:
    spec = local.started()
    with pytest.raises(EnginePermanentError, match="no command"):
        local.run(spec)


def test_a_command_of_any_length_that_linux_takes_is_carried(local: Place) -> None:
    spec = local.started()
    assert local.run(spec, "sh", "-c", f": {'x' * 120_000}; echo done").output == "done\n"


def test_a_command_that_is_too_long_is_refused(local: Place) -> None:
    spec = local.started()
    with pytest.raises(EnginePermanentError, match="too long"):
        local.run(spec, "echo", *["x" * 100_000] * 3)


def test_fifty_commands_leave_no_open_files_and_no_processes_in_the_shim(local: Place) -> None:
    spec = local.started()
    local.run(spec, "true")
    shim = local.state(spec).shim.pid
    before = sorted(str(file.readlink()) for file in Path(f"/proc/{shim}/fd").iterdir())
    for _ in range(50):
        assert local.run(spec, "true").status == 0
    assert sorted(str(file.readlink()) for file in Path(f"/proc/{shim}/fd").iterdir()) == before
    children = Path(f"/proc/{shim}/task/{shim}/children")
    wait_until(lambda: len(children.read_text().split()) == 1, what="only bubblewrap as the shim's child")


def test_a_command_inherits_no_files_but_its_three(local: Place) -> None:
    spec = local.started()
    assert local.shell(spec, "ls /proc/$$/fd").split() == ["0", "1", "2"]


def test_the_first_process_inside_holds_nothing_of_the_host(local: Place) -> None:
    spec = local.started()
    targets = local.shell(spec, "for f in /proc/1/fd/*; do readlink $f; done").split()
    assert set(targets) == {"/dev/null"}


def test_a_command_that_runs_when_the_session_stops_is_ended_with_it(local: Place) -> None:
    spec = local.started()
    with subprocess.Popen(caller(local, spec, "sh", "-c", "touch ready; sleep 1000")) as process:
        wait_until((spec.volume / "ready").exists)
        local.engine.stop(spec.session_id, 5)
        assert process.wait(10) == 128 + signal.SIGTERM


def test_an_interrupt_of_the_caller_reaches_the_command(local: Place) -> None:
    spec = local.started()
    script = "trap 'echo interrupted; exit 42' INT; touch ready; while :; do sleep 0.01; done"
    with subprocess.Popen(caller(local, spec, "sh", "-c", script), stdout=subprocess.PIPE) as process:
        wait_until((spec.volume / "ready").exists)
        process.send_signal(signal.SIGINT)
        output, _ = process.communicate(timeout=10)
    assert (process.returncode, output) == (42, b"interrupted\n")


def test_a_command_ends_when_its_caller_is_killed(local: Place) -> None:
    spec = local.started()
    with subprocess.Popen(caller(local, spec, "sh", "-c", "echo $$ > pid; exec sleep 1000")) as process:
        wait_until(lambda: (spec.volume / "pid").exists() and (spec.volume / "pid").read_text())
        process.kill()
    wait_until(lambda: local.run(spec, "sh", "-c", "kill -0 $(cat pid)").status != 0, what="the command's end")


def test_nonsense_on_the_control_socket_is_answered_and_harms_nothing(local: Place) -> None:
    spec = local.started()
    for nonsense in (b"[]", b"{", b"{}", b'{"do": "dance"}', b'{"do": "execute"}', b'{"do": "stop", "grace": "x"}'):
        with local.runtime(spec).connect(10) as connection:
            connection.send(nonsense)
            assert b"error" in connection.recv(4096)
    with local.runtime(spec).connect(10):
        pass
    assert local.shell(spec, "echo well") == "well"


def test_a_command_is_killed_with_a_session_that_is_killed(local: Place) -> None:
    spec = local.started()
    with subprocess.Popen(caller(local, spec, "sh", "-c", "touch ready; sleep 1000")) as process:
        wait_until((spec.volume / "ready").exists)
        local.state(spec).shim.kill()
        assert process.wait(10) == 128 + signal.SIGKILL


class Terminal:
    """A person's terminal in which a command is called."""

    def __init__(self, master: int) -> None:
        self.master = master
        self.shown = b""

    def type(self, text: str) -> None:
        os.write(self.master, text.encode())

    def expect(self, text: str) -> None:
        while text.encode() not in self.shown:
            if not select.select([self.master], [], [], 10)[0]:
                pytest.fail(f"{text!r} was not shown, only {self.shown.decode()!r}")
            self.shown += os.read(self.master, 4096)


@contextmanager
def terminal(command: list[str]) -> Iterator[tuple[Terminal, subprocess.Popen[bytes]]]:
    """Call `command` in a terminal of 100 columns."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (33, 100))
    with subprocess.Popen(
        command, stdin=slave, stdout=slave, stderr=slave, start_new_session=True, env={**os.environ, "TERM": "vt100"}
    ) as process:
        try:
            yield Terminal(master), process
        finally:
            process.kill()
            os.close(master)
            os.close(slave)


def test_a_terminal_is_one_inside_with_job_control_size_and_type(local: Place) -> None:
    spec = local.started()
    with terminal(caller(local, spec, "bash", "--norc", "-i")) as (person, process):
        person.type("stty size; tty; echo $TERM-$((40+2))\n")
        person.expect("33 100\r\n/dev/pts/")
        person.expect("vt100-42")
        person.type("exit 5\n")
        assert process.wait(10) == 5
    assert b"no job control" not in person.shown


def test_ctrl_c_in_a_terminal_interrupts_the_command_not_the_caller(local: Place) -> None:
    spec = local.started()
    with terminal(caller(local, spec, "sh", "-c", "trap 'exit 9' INT; echo begun; while :; do sleep 0.01; done")) as (
        person,
        process,
    ):
        person.expect("begun")
        person.type("\x03")
        assert process.wait(10) == 9


def test_the_callers_terminal_is_as_it_was_afterwards(local: Place) -> None:
    spec = local.started()
    with terminal(caller(local, spec, "sh", "-c", "echo done")) as (person, process):
        before = termios.tcgetattr(person.master)
        person.expect("done")
        assert process.wait(10) == 0
        assert termios.tcgetattr(person.master) == before


def test_a_closed_terminal_hangs_the_command_up(local: Place) -> None:
    spec = local.started()
    with terminal(
        caller(local, spec, "sh", "-c", "trap 'touch hung-up; exit' HUP; echo begun; while :; do sleep 0.01; done")
    ) as (
        person,
        process,
    ):
        person.expect("begun")
        process.kill()
        wait_until((spec.volume / "hung-up").exists)


def test_a_command_in_a_stopping_session_is_refused(local: Place) -> None:
    spec = local.started(command=("sh", "-c", "trap '' TERM; touch ready; while :; do sleep 1000; done"))
    wait_until((spec.volume / "ready").exists)
    with local.runtime(spec).connect(10) as connection:
        connection.send(b'{"do": "stop", "grace": 30}')
        connection.recv(4096)
    with pytest.raises(EngineError, match="is stopping"):
        local.run(spec, "true")
    local.engine.stop(spec.session_id, 0)
