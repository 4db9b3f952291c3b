"""The commands as people run them, against a real server, real sessions and a real vault."""

import json
import os
import pty
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from tests.running import GREENROOM, Studio

from greenroom import __version__


def run(studio: Studio, *arguments: str, fails: int = 0, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """A command on the studio's data; everything after `--` stays last."""
    words = list(arguments)
    place = words.index("--") if "--" in words else len(words)
    done = studio.command(*words[:place], "--data", str(studio.data), *words[place:], check=False, stdin=stdin)
    assert done.returncode == fails, (done.stdout, done.stderr)
    assert b"Traceback" not in done.stderr
    return done


def read(studio: Studio, *arguments: str) -> Any:
    """What a command prints with --json."""
    return json.loads(run(studio, *arguments, "--json").stdout)


def complaint(studio: Studio, *arguments: str) -> str:
    """What a refused command says on stderr; nothing is said on stdout."""
    done = run(studio, *arguments, fails=1)
    assert done.stdout == b""
    assert done.stderr.startswith(b"greenroom: ")
    return done.stderr.decode()


@pytest.fixture(scope="module")
def session_id(served: Studio) -> str:
    """A session, READY, with a file in its home."""
    session = read(served, "session", "create", "--tag", "shot=sh010")
    assert session["state"] == "READY"
    assert session["tags"] == {"shot": "sh010"}
    run(served, "session", "exec", session["sessionId"], "--", "sh", "-c", "mkdir shots; echo first > shots/notes.txt")
    return str(session["sessionId"])


@pytest.fixture(scope="module")
def backup_id(served: Studio, session_id: str) -> str:
    """A proven backup of that session."""
    backup = read(served, "backup", "create", session_id, "--note", "before the change")
    assert backup["state"] == "READY"
    return str(backup["backupId"])


def test_a_stream_of_a_session_is_listed_and_ended(served: Studio, session_id: str) -> None:
    named = {"studioId": served.studio_id, "sessionId": session_id}
    stream_id = served.client().create_streaming_session_stream(**named)["stream"]["streamId"]
    assert [each["streamId"] for each in read(served, "session", "streams", session_id)] == [stream_id]
    assert stream_id.encode() in run(served, "session", "streams", session_id).stdout
    assert b"is ended" in run(served, "session", "revoke", session_id, stream_id).stdout
    assert b"Nobody sees" in run(served, "session", "streams", session_id).stderr


def test_the_logs_of_a_session_are_shown(served: Studio, session_id: str) -> None:
    assert f"session {session_id} started" in read(served, "session", "logs", session_id)["session"]
    assert b"== session ==" in run(served, "session", "logs", session_id).stdout


# -- founding


def test_init_tells_all_that_is_needed_to_begin(served: Studio) -> None:
    assert set(served.founding) == {
        "endpoint",
        "region",
        "accountId",
        "studioId",
        "accessKeyId",
        "secretAccessKey",
        "username",
        "password",
        "launchProfileId",
        "streamingImageId",
    }


def test_a_second_init_refuses_and_changes_nothing(unserved: Studio) -> None:
    before = {file: file.read_bytes() for file in unserved.data.iterdir() if file.is_file() and file.suffix != ".db"}
    assert "already holds a studio" in complaint(unserved, "init", "--studio", "another")
    assert before == {
        file: file.read_bytes() for file in unserved.data.iterdir() if file.is_file() and file.suffix != ".db"
    }


def test_init_in_another_region_is_for_that_region(nowhere: Studio) -> None:
    founding = read(nowhere, "init", "--studio", "Elsewhere", "--region", "eu-west-2")
    assert founding["region"] == "eu-west-2"
    assert founding["studioId"].startswith("eu-west-2:stid-")
    assert read(nowhere, "session", "list") == []


def test_what_holds_no_studio_is_told_so(nowhere: Studio) -> None:
    for command in (["session", "list"], ["backup", "verify", "x"], ["serve"], ["session", "exec", "x", "--", "ls"]):
        assert "greenroom init" in complaint(nowhere, *command)


def test_nothing_secret_is_readable_for_others(unserved: Studio) -> None:
    assert unserved.data.stat().st_mode & 0o777 == 0o700
    for name in ("credentials", "config", "greenroom.toml", "key", "vault-password"):
        assert (unserved.data / name).stat().st_mode & 0o077 == 0, name


# -- people


def test_a_new_users_key_signs_requests_of_the_official_client(served: Studio) -> None:
    user = read(served, "user", "add", "ana")
    assert set(user) == {"username", "password", "principalId"}
    key = read(served, "key", "create", "ana")
    assert set(key) == {"accessKeyId", "secretAccessKey"}
    listing = served.client(key).list_streaming_sessions(studioId=served.studio_id, ownedBy=user["principalId"])
    assert listing["sessions"] == []


def test_a_name_that_is_taken_is_refused(served: Studio) -> None:
    assert "user admin already" in complaint(served, "user", "add", "admin")


def test_a_key_for_nobody_is_refused(served: Studio) -> None:
    assert "greenroom user add bob" in complaint(served, "key", "create", "bob")


def test_lost_keys_of_the_command_line_are_made_anew(nowhere: Studio) -> None:
    read(nowhere, "init", "--studio", "Forgetful")
    (nowhere.data / "config").unlink()
    assert "greenroom key create admin --keep" in complaint(nowhere, "session", "list")
    run(nowhere, "key", "create", "admin", "--keep")
    assert read(nowhere, "session", "list") == []


# -- sessions


def test_a_session_is_listed_and_shown(served: Studio, session_id: str) -> None:
    assert session_id in {session["sessionId"] for session in read(served, "session", "list")}
    assert read(served, "session", "show", session_id)["sessionId"] == session_id
    shown = run(served, "session", "show", session_id).stdout.decode()
    assert f"Session          {session_id}\n" in shown
    assert "shot=sh010" in shown


def test_an_unknown_session_is_refused(served: Studio) -> None:
    assert "nosuch could not be found" in complaint(served, "session", "show", "nosuch")


def test_exec_passes_input_output_and_exit_status_through(served: Studio, session_id: str) -> None:
    script = "cat; echo wrong >&2; exit 7"
    done = run(served, "session", "exec", session_id, "--", "sh", "-c", script, fails=7, stdin=b"in\x00put")
    assert (done.stdout, done.stderr) == (b"in\x00put", b"wrong\n")


def test_exec_runs_as_the_sessions_user_in_its_home(served: Studio, session_id: str) -> None:
    done = run(served, "session", "exec", session_id, "--", "sh", "-c", 'echo "$(id -un) $PWD"')
    assert done.stdout == b"artist /home/artist\n"


def test_exec_keeps_options_of_the_command_for_the_command(served: Studio, session_id: str) -> None:
    done = run(served, "session", "exec", session_id, "--", "echo", "--data", "-h", "--json")
    assert done.stdout == b"--data -h --json\n"


def test_exec_in_a_session_that_does_not_run_is_refused(served: Studio) -> None:
    assert "nosuch" in complaint(served, "session", "exec", "nosuch", "--", "ls")


def test_a_profile_that_is_not_there_is_refused(served: Studio) -> None:
    assert "could not be found" in complaint(served, "session", "create", "nosuch")


def test_a_stop_makes_a_backup_and_a_start_goes_back_to_an_earlier_one(
    served: Studio, session_id: str, backup_id: str
) -> None:
    run(served, "session", "exec", session_id, "--", "sh", "-c", "echo second > shots/notes.txt")
    assert read(served, "session", "stop", session_id)["state"] == "STOPPED"
    backups = read(served, "backup", "list", "--session", session_id)
    assert len(backups) == 2
    assert backups[1]["backupId"] == backup_id
    started = read(served, "session", "start", session_id, "--backup", backup_id)
    assert (started["state"], started["startedFromBackupId"]) == ("READY", backup_id)
    done = run(served, "session", "exec", session_id, "--", "cat", "shots/notes.txt")
    assert done.stdout == b"first\n"


def test_a_restore_is_undone_and_a_backup_becomes_a_new_session_whose_files_are_its_own(
    served: Studio, session_id: str, backup_id: str
) -> None:
    shown = run(served, "session", "show", session_id).stdout.decode()
    assert f"Started from     backup {backup_id}\n" in shown
    assert "Undo gives" in shown
    note = run(served, "session", "exec", session_id, "--", "cat", ".greenroom/started-from")
    assert backup_id in note.stdout.decode()
    run(served, "session", "stop", session_id)
    assert read(served, "session", "undo", session_id)["details"]["volume"]["origin"] == "UNDONE"
    run(served, "session", "start", session_id)
    done = run(served, "session", "exec", session_id, "--", "cat", "shots/notes.txt")
    assert done.stdout == b"second\n"

    again = read(served, "backup", "restore", backup_id)
    assert (again["state"], again["startedFromBackupId"]) == ("READY", backup_id)
    # A user of the host of its own, where there is root: the files are the new session's, to be read and written.
    script = "cd shots && echo more >> notes.txt && cat notes.txt && stat -c %U notes.txt"
    done = run(served, "session", "exec", again["sessionId"], "--", "sh", "-c", script)
    assert done.stdout == b"first\nmore\nartist\n"
    run(served, "session", "delete", again["sessionId"])


def test_without_waiting_the_first_answer_is_shown(served: Studio) -> None:
    session = read(served, "session", "create", "--no-wait")
    assert session["state"] == "CREATE_IN_PROGRESS"
    served.wait(served.client(), "streaming_session_ready", session["sessionId"])
    assert read(served, "session", "delete", session["sessionId"])["state"] == "DELETED"


def test_a_session_that_is_stopped_already_is_refused_with_what_is_possible(served: Studio) -> None:
    session = read(served, "session", "create")
    run(served, "session", "stop", session["sessionId"])
    assert "Possible now: " in complaint(served, "session", "stop", session["sessionId"])
    run(served, "session", "delete", session["sessionId"])


# -- backups


def test_a_backup_is_shown_with_what_is_known_of_it(served: Studio, backup_id: str) -> None:
    shown = run(served, "backup", "show", backup_id).stdout.decode()
    assert "before the change" in shown
    assert "1 files, 6 B" in shown
    assert read(served, "backup", "show", backup_id)["details"]["cause"] == "REQUEST"


def test_a_good_backup_is_proven(served: Studio, backup_id: str) -> None:
    assert read(served, "backup", "verify", backup_id) == {"backupId": backup_id, "proven": True}


def test_a_backup_that_is_not_there_is_not_proven(served: Studio) -> None:
    done = run(served, "backup", "verify", "nosuch", "--json", fails=1)
    told = json.loads(done.stdout)
    assert (told["proven"], told["reason"]) == (False, "backup-missing")
    assert "nosuch" in complaint(served, "backup", "verify", "nosuch")


def test_a_backup_is_looked_into(served: Studio, backup_id: str) -> None:
    assert [entry["path"] for entry in read(served, "backup", "files", backup_id)] == ["shots"]
    (entry,) = read(served, "backup", "files", backup_id, "shots")
    assert (entry["path"], entry["type"], entry["size"]) == ("shots/notes.txt", "file", 6)


def test_a_file_comes_out_of_a_backup(served: Studio, backup_id: str, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    run(served, "backup", "get", backup_id, "shots/notes.txt", "-o", str(file))
    assert file.read_text() == "first\n"


def test_a_file_that_a_backup_has_not_is_refused_and_nothing_written(
    served: Studio, backup_id: str, tmp_path: Path
) -> None:
    file = tmp_path / "file"
    assert "nothing" in complaint(served, "backup", "get", backup_id, "nothing", "-o", str(file))
    assert not file.exists()


def test_files_are_searched_compared_and_put_back(served: Studio, session_id: str, backup_id: str) -> None:
    found = read(served, "backup", "search", "NOTES.*", "--session", session_id)
    assert (backup_id, "shots/notes.txt") in [(each["backupId"], each["file"]["path"]) for each in found]
    assert b"shots/notes.txt" in run(served, "backup", "search", "notes.*").stdout
    assert b"Nothing has such a name" in run(served, "backup", "search", "no-such-*").stderr

    script = "echo other > shots/notes.txt; echo > shots/new"
    run(served, "session", "exec", session_id, "--", "sh", "-c", script)
    changes = {each["path"]: each["change"] for each in read(served, "backup", "diff", backup_id, "--now")}
    assert (changes["shots/notes.txt"], changes["shots/new"]) == ("CHANGED", "ADDED")
    assert b"shots/new" in run(served, "backup", "diff", backup_id, "--now").stdout
    assert b"Nothing differs" in run(served, "backup", "diff", backup_id, backup_id).stderr
    assert "--now" in complaint(served, "backup", "diff", backup_id)

    (beside,) = read(served, "backup", "restore-files", backup_id, "shots/notes.txt")["paths"]
    done = run(served, "session", "exec", session_id, "--", "cat", beside["target"], "shots/notes.txt")
    assert done.stdout == b"first\nother\n"
    assert b"READY" in run(served, "backup", "restore-files", backup_id, "/shots/", "--over").stdout
    done = run(served, "session", "exec", session_id, "--", "cat", "shots/notes.txt")
    assert done.stdout == b"first\n"
    for path in ("../out", "shots/../../out"):
        assert "no path in a backup" in complaint(served, "backup", "restore-files", backup_id, path)
    assert b"no-such" in run(served, "backup", "restore-files", backup_id, "no-such", fails=1).stderr


def test_what_a_backup_shows_is_listed_beside_it(served: Studio, backup_id: str) -> None:
    (backup,) = [each for each in read(served, "backup", "list") if each["backupId"] == backup_id]
    assert backup["details"]["consistency"] in ("ATOMIC", "BEST_EFFORT")
    assert b"Shows" in run(served, "backup", "list").stdout
    assert b"moment" in run(served, "backup", "show", backup_id).stdout


# -- without a server


def test_reading_needs_no_server(unserved: Studio) -> None:
    (profile,) = read(unserved, "launch-profile", "list")
    assert profile["launchProfileId"] == unserved.founding["launchProfileId"]
    shown = read(unserved, "launch-profile", "show", profile["launchProfileId"])
    assert shown["streamConfiguration"]["sessionBackup"] == {"mode": "AUTOMATIC", "maxBackupsToRetain": 5}
    assert read(unserved, "session", "list") == []
    assert read(unserved, "backup", "list") == []


def test_a_launch_profile_says_after_how_long_its_unused_sessions_stop(unserved: Studio) -> None:
    command = ("launch-profile", "idle-stop", unserved.founding["launchProfileId"])
    run(unserved, *command, "--after", "90m")
    assert read(unserved, *command)["minutes"] == 90
    assert "setting" in run(unserved, *command, "--after", "default").stdout.decode()
    assert b"--after" in run(unserved, *command, "--after", "soon", fails=2).stderr


def test_what_needs_a_server_is_recorded_and_said_so(unserved: Studio) -> None:
    done = run(unserved, "session", "create", "--json")
    assert json.loads(done.stdout)["state"] == "CREATE_IN_PROGRESS"
    assert b"greenroom serve" in done.stderr


def test_a_server_that_does_not_answer_is_not_passed_by(unserved: Studio) -> None:
    run_directory = unserved.data / "run"
    run_directory.mkdir(exist_ok=True)
    announcement = run_directory / "server.json"
    with subprocess.Popen(["sh", "-c", "read line # greenroom serve"], stdin=subprocess.PIPE) as silent:
        announcement.write_text(json.dumps({"endpoint": "http://127.0.0.1:9", "pid": silent.pid}))
        assert f"kill {silent.pid}" in complaint(unserved, "session", "list")
        silent.communicate(b"\n")
    assert read(unserved, "backup", "list") == []
    announcement.unlink()


# -- settings, model, help


def test_settings_show_value_default_source_and_meaning(unserved: Studio) -> None:
    rows = {row["name"]: row for row in read(unserved, "settings")}
    assert (rows["engine"]["value"], rows["engine"]["source"]) == ("simulated", "GREENROOM_ENGINE")
    assert rows["account_id"]["source"].startswith("greenroom.toml:")
    assert rows["backup_interval"]["default"] == "4h"


def test_settings_need_no_studio(tmp_path: Path) -> None:
    done = subprocess.run([GREENROOM, "settings"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "backup_interval" in done.stdout


def test_a_bad_setting_stops_every_command(unserved: Studio) -> None:
    broken = Studio(unserved.data, {"GREENROOM_BACKUP_INTERVAL": "soon"})
    assert "GREENROOM_BACKUP_INTERVAL" in complaint(broken, "session", "list")


def test_the_model_is_exported_for_todays_sdks(tmp_path: Path) -> None:
    subprocess.run([GREENROOM, "model", "export", str(tmp_path)], check=True, capture_output=True)
    folder = tmp_path / "nimble" / "2020-08-01"
    assert {file.name for file in folder.iterdir()} == {
        "service-2.json",
        "paginators-1.json",
        "waiters-2.json",
        "endpoint-rule-set-1.json",
    }


def test_the_model_is_installed_and_taken_away_where_boto3_looks(tmp_path: Path) -> None:
    environ = {**os.environ, "HOME": str(tmp_path)}
    models = tmp_path / ".aws" / "models"
    (models / "other" / "2020-01-01").mkdir(parents=True)
    subprocess.run([GREENROOM, "model", "install"], check=True, capture_output=True, env=environ)
    assert (models / "nimble" / "2020-08-01" / "service-2.json").exists()
    subprocess.run([GREENROOM, "model", "uninstall"], check=True, capture_output=True, env=environ)
    assert [entry.name for entry in models.iterdir()] == ["other"]


def test_the_version_is_told() -> None:
    done = subprocess.run([GREENROOM, "--version"], check=True, capture_output=True, text=True)
    assert done.stdout == f"greenroom {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["nosuch"], ["session", "show"], ["session", "list", "--nosuch"], ["serve", "--port", "x"]]
)
def test_what_is_not_understood_ends_with_2(arguments: Sequence[str]) -> None:
    done = subprocess.run([GREENROOM, *arguments], capture_output=True, check=False)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_help_needs_nothing_heavy() -> None:
    script = (
        "import sys, greenroom.cli.main\n"
        "heavy = {'asyncio', 'sqlalchemy', 'msgspec', 'uvicorn', 'cryptography'} & set(sys.modules)\n"
        "sys.exit(f'imported: {heavy}' if heavy else 0)"
    )
    subprocess.run([GREENROOM.with_name("python"), "-c", script], check=True)


def test_the_shell_completes_ids(served: Studio, session_id: str) -> None:
    line = f"greenroom session show --data {served.data} {session_id[:4]}"
    environ = {**served.environ, "_GREENROOM_COMPLETE": "complete_bash", "COMP_WORDS": line, "COMP_CWORD": "5"}
    done = subprocess.run([GREENROOM], env=environ, capture_output=True, text=True, check=False)
    assert session_id in done.stdout


def test_a_terminal_sees_a_display_while_it_waits(served: Studio) -> None:
    parent, child = pty.openpty()
    command = [GREENROOM, "session", "create", "--data", str(served.data), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=child, env={**served.environ, "TERM": "xterm"}) as it:
        os.close(child)
        assert it.stdout is not None
        session = json.loads(it.stdout.read())
    seen = os.read(parent, 65536).decode()
    os.close(parent)
    assert session["state"] == "READY"
    assert f"session {session['sessionId']}" in seen
    run(served, "session", "delete", session["sessionId"])


# -- doctor


def test_doctor_finds_a_served_studio_in_order(served: Studio) -> None:
    findings = {finding["part"]: finding for finding in read(served, "doctor")}
    for part in ("python", "vault: restic", "vault", "database", "server", "data directory"):
        assert findings[part]["state"] == "ok", findings[part]
    assert "backup_cpu_share is 100" in findings["backups beside sessions"]["meaning"]
    assert not [finding for finding in findings.values() if finding["needed"] and finding["state"] == "missing"]


def test_doctor_fails_where_something_that_is_needed_is_missing(unserved: Studio, tmp_path: Path) -> None:
    wrong = {"GREENROOM_VAULT": f"restic:{tmp_path / 'gone'}", "GREENROOM_DATABSE": "x"}
    broken = Studio(unserved.data, wrong | {"GREENROOM_BACKUP_CPU_SHARE": "8"})
    done = run(broken, "doctor", "--json", fails=1)
    findings = {finding["part"]: finding for finding in json.loads(done.stdout)}
    assert findings["vault"]["state"] == "missing"
    assert "control group" in findings["backups beside sessions"]["meaning"]
    assert "GREENROOM_DATABASE" in findings["environment: GREENROOM_DATABSE"]["remedy"]
