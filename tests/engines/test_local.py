"""The local engine: its supervised command, its stops, and starts that fail."""

import os
import re
import sys
from pathlib import Path

import pytest
from tests.engines.sessions import Place, local_place, processes_of
from tests.support import wait_until

from greenroom.engines.base import EngineError, EnginePermanentError
from greenroom.engines.local import LocalEngine

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="concerns a server that runs as root")


def test_the_supervised_command_runs_in_the_home_and_its_output_is_logged(local: Place) -> None:
    spec = local.started(
        command=("sh", "-c", "echo desktop in $(pwd) for $SHOW; exec sleep 1000"), environment={"SHOW": "x1"}
    )
    wait_until(lambda: "desktop in /home/artist for x1\n" in local.log(spec))


def test_the_supervised_command_is_started_again_when_it_ends(local: Place) -> None:
    spec = local.started(command=("sh", "-c", "echo run >> runs; [ $(wc -l < runs) -lt 2 ] || exec sleep 1000; exit 3"))
    wait_until(lambda: (spec.volume / "runs").exists() and (spec.volume / "runs").read_text() == "run\nrun\n")
    assert "the session's command ended with status 3; again in 1 s" in local.log(spec)
    assert local.engine.is_running(spec.session_id)


def test_a_supervised_command_that_does_not_exist_is_told_in_the_log(local: Place) -> None:
    spec = local.started(command=("no-such-desktop",))
    wait_until(lambda: "no-such-desktop: no such command in the session" in local.log(spec))
    assert local.engine.is_running(spec.session_id)


def test_a_stop_lets_programs_end_by_themselves(local: Place) -> None:
    script = "trap 'echo saved > work; exit' TERM; touch ready; while :; do sleep 0.01; done"
    spec = local.started(command=("sh", "-c", script))
    wait_until((spec.volume / "ready").exists)
    local.engine.stop(spec.session_id, 20)
    assert (spec.volume / "work").read_text() == "saved\n"


def test_a_stop_kills_what_does_not_end(local: Place) -> None:
    spec = local.started(command=("sh", "-c", "trap '' TERM; touch ready; while :; do sleep 1000; done"))
    wait_until((spec.volume / "ready").exists)
    init = local.state(spec).init
    local.engine.stop(spec.session_id, 0.1)
    assert init is not None
    assert not init.alive()


def test_processes_that_left_their_parents_end_with_the_session(local: Place) -> None:
    spec = local.started()
    local.shell(
        spec,
        "setsid nohup sleep 1000 >/dev/null 2>&1 & setsid sh -c 'trap \"\" TERM HUP; sleep 1000' >/dev/null 2>&1 &",
    )
    shim = local.state(spec).shim
    local.engine.stop(spec.session_id, 0.1)
    if os.geteuid() == 0:
        assert processes_of(spec.uid) == []
    wait_until(lambda: not shim.alive())


def test_orphans_of_the_session_are_reaped(local: Place) -> None:
    spec = local.started()
    local.shell(spec, "for i in 1 2 3 4 5; do (sh -c 'exit 0' &) ; done")
    wait_until(lambda: "Z" not in local.shell(spec, "ps -eo state=").split())


def test_killing_everything_inside_does_not_end_the_session(local: Place) -> None:
    spec = local.started()
    assert local.run(spec, "sh", "-c", "kill -9 -1; kill -9 1; kill -9 $$").status == 137
    assert local.shell(spec, "echo still here") == "still here"


def test_runtime_files_belong_to_the_server_alone(local: Place) -> None:
    spec = local.started(environment={"TOKEN": "secret"})
    directory = local.runtime(spec).path
    assert directory.stat().st_mode & 0o777 == 0o700
    for file in directory.iterdir():
        assert file.stat().st_mode & 0o077 == 0, file


def test_a_data_directory_with_a_long_path_is_no_obstacle(data: Path) -> None:
    deep = data / ("long" * 30) / ("deep" * 30)
    deep.mkdir(parents=True)
    with local_place(deep) as place:
        spec = place.started()
        assert place.shell(spec, "echo here") == "here"


def test_the_shim_is_no_child_of_the_server_and_leads_its_own_session(local: Place) -> None:
    spec = local.started()
    shim = local.state(spec).shim
    fields = Path(f"/proc/{shim.pid}/stat").read_text().rpartition(")")[2].split()
    assert int(fields[1]) != os.getpid()
    assert os.getsid(shim.pid) != os.getsid(0)


def test_the_shim_carries_nothing_of_the_server_environment(local: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GREENROOM_DATABASE", "postgresql://somebody:password@host/db")
    spec = local.started()
    assert b"password" not in Path(f"/proc/{local.state(spec).shim.pid}/environ").read_bytes()
    assert "GREENROOM" not in local.shell(spec, "env")


def test_the_shim_holds_no_files_but_its_own(local: Place) -> None:
    descriptor = os.open("/etc/hostname", os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    try:
        spec = local.started()
    finally:
        os.close(descriptor)
    held = [str(file.readlink()) for file in Path(f"/proc/{local.state(spec).shim.pid}/fd").iterdir()]
    assert "/etc/hostname" not in held
    directory = str(local.runtime(spec).path)
    assert {name for name in held if name.startswith("/") and name != os.devnull} == {
        f"{directory}/lock",
        f"{directory}/log",
    }


def test_a_start_without_its_volume_names_the_volume(local: Place) -> None:
    spec = local.spec(volume=local.data / "volumes" / "gone")
    with pytest.raises(EngineError, match=r"its volume .*/gone is not there") as raised:
        local.engine.start(spec)
    assert not isinstance(raised.value, EnginePermanentError)


def test_a_start_without_its_image_can_never_work(local: Place) -> None:
    spec = local.spec(image_root=local.data / "images" / "gone")
    with pytest.raises(EnginePermanentError, match=r"the image .*/gone is not there") as raised:
        local.engine.start(spec)
    assert raised.value.status_code == "AMI_VALIDATION_ERROR"


def test_a_start_that_fails_says_why_and_leaves_nothing(local: Place) -> None:
    image = local.data / "image"
    for name in ("bin", "etc"):
        (image / name).mkdir(parents=True)
    (image / "etc" / "passwd").write_text("root:x:0:0:root:/root:/bin/sh\n")
    (image / "bin" / "sh").write_text("not a program")
    spec = local.spec(image_root=image)
    with pytest.raises(EngineError, match=r"could not start: .*(/bin/sh|bwrap)"):
        local.engine.start(spec)
    assert not local.engine.is_running(spec.session_id)
    assert not local.runtime(spec).is_locked()
    assert local.runtime(spec).state() is None
    if os.geteuid() == 0:
        wait_until(lambda: processes_of(spec.uid) == [])
    local.engine.forget(spec.session_id)


def test_an_image_that_is_no_system_is_named(local: Place) -> None:
    (local.data / "image").mkdir()
    spec = local.spec(image_root=local.data / "image")
    with pytest.raises(EngineError, match="is not the root of a Linux system"):
        local.engine.start(spec)


def test_an_image_of_its_own_is_presented_instead_of_the_machine(local: Place) -> None:
    image = local.data / "image"
    image.mkdir()
    for name in ("bin", "sbin", "lib", "lib64"):
        if Path("/", name).is_symlink():
            (image / name).symlink_to(Path("/", name).readlink())
    (image / "usr").mkdir()
    (image / "etc").mkdir()
    (image / "etc" / "passwd").write_text(
        "root:x:0:0:root:/root:/bin/sh\nsomebody:x:1000:1000::/home/somebody:/bin/sh\n"
    )
    (image / "software").mkdir()
    (image / "software" / "renderer").write_text("9.1\n")
    if os.geteuid() != 0 or not Path("/bin").is_symlink():
        pytest.skip("needs a system with a merged /usr, mounted into the image by root")
    try:
        assert os.system(f"mount --bind /usr {image}/usr") == 0  # noqa: S605
        spec = local.started(image_root=image)
        assert local.shell(spec, "cat /software/renderer; whoami; ! test -e /opt") == "9.1\nartist"
        local.engine.stop(spec.session_id)
    finally:
        os.system(f"umount {image}/usr")  # noqa: S605


def test_a_missing_bubblewrap_is_named_with_its_package(local: Place) -> None:
    engine = LocalEngine(local.data / "sessions", bubblewrap="no-such-bwrap")
    with pytest.raises(EngineError, match="apt install bubblewrap"):
        engine.start(local.spec())


def test_a_runtime_directory_that_cannot_be_used_is_told_as_the_engines_error(local: Place) -> None:
    (local.data / "file").write_text("")
    engine = LocalEngine(local.data / "file")
    with pytest.raises(EngineError, match=r"session session-\d+: .*Not a directory"):
        engine.start(local.spec())
    with pytest.raises(EngineError, match="cannot tell what runs"):
        engine.running()
    engine.stop("session-1")


def test_a_shim_that_cannot_write_its_log_is_told_with_its_last_words(local: Place) -> None:
    spec = local.spec()
    (local.runtime(spec).path / "log").mkdir(parents=True)
    with pytest.raises(EngineError, match=r"could not start: IsADirectoryError: .*/log"):
        local.engine.start(spec)
    assert not local.engine.is_running(spec.session_id)


def test_a_python_that_is_gone_is_told(local: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/gone/python")
    spec = local.spec()
    with pytest.raises(EngineError, match="could not start: /gone/python does not run"):
        local.engine.start(spec)
    assert not local.runtime(spec).is_locked()


def test_the_machine_id_is_the_sessions_own_and_the_same_at_every_start(local: Place) -> None:
    spec = local.started()
    if local.run(spec, "test", "-e", "/etc/machine-id").status != 0:
        pytest.skip("this machine's system has no /etc/machine-id")
    before = local.shell(spec, "cat /etc/machine-id")
    local.engine.stop(spec.session_id)
    local.engine.start(spec)
    assert local.shell(spec, "cat /etc/machine-id") == before
    assert re.fullmatch("[0-9a-f]{32}", before)
    assert before != Path("/etc/machine-id").read_text().strip()


@pytest.mark.parametrize(
    "changes", [{"user": "root; rm"}, {"hostname": "-dash"}, {"session_id": "../up"}, {"session_id": ""}]
)
def test_names_that_could_mean_something_else_are_refused(local: Place, changes: dict[str, str]) -> None:
    spec = local.spec(**changes)
    local.specs.remove(spec)
    with pytest.raises(EnginePermanentError, match=r"not a valid name|not the id"):
        local.engine.start(spec)
    assert local.engine.running() == []


@as_root
def test_a_session_never_runs_as_root(local: Place) -> None:
    spec = local.spec(uid=0)
    local.specs.remove(spec)
    with pytest.raises(EnginePermanentError, match="never runs as root"):
        local.engine.start(spec)


@as_root
def test_each_session_runs_as_its_own_user_of_the_host(local: Place) -> None:
    one, other = local.started(), local.started()
    for spec in (one, other):
        init = local.state(spec).init
        assert init is not None
        status = Path(f"/proc/{init.pid}/status").read_text()
        assert re.search(rf"^Uid:\t{spec.uid}\t{spec.uid}\t", status, re.MULTILINE)
        assert re.search(rf"^Gid:\t{spec.uid}\t{spec.uid}\t", status, re.MULTILINE)
        assert re.search(r"^Groups:\t\s*$", status, re.MULTILINE)
    assert one.uid != other.uid
