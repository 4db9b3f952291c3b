"""Settings: the sources and their order, the forms of values, what a mistake says."""

import ast
import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import greenroom
from greenroom.server.setting_forms import hide_password, read_duration, show_duration
from greenroom.server.settings import LARGEST_BODY, TABLE, Settings, SettingsError, record, unknown_variables
from greenroom.wire.codec import MAX_BODY_BYTES


def load(data: Path, file: str = "", environ: dict[str, str] | None = None, **overrides: object) -> Settings:
    if file:
        (data / "greenroom.toml").write_text(file)
    return Settings.load(data, environ or {}, **overrides)


def complaint(data: Path, file: str = "", environ: dict[str, str] | None = None) -> str:
    with pytest.raises(SettingsError) as caught:
        load(data, file, environ)
    return str(caught.value)


def test_without_any_source_every_setting_has_its_default(tmp_path: Path) -> None:
    settings = load(tmp_path)
    assert set(settings.sources.values()) == {"default"}
    assert settings.backup_interval == timedelta(hours=4)
    assert settings.database == f"sqlite:///{tmp_path}/greenroom.db"
    assert settings.vault == f"restic:{tmp_path}/vault"
    assert settings.vault_password_file == tmp_path / "vault-password"
    assert settings.endpoint == "http://127.0.0.1:8420"


def test_the_file_overrides_the_default_and_its_line_is_remembered(tmp_path: Path) -> None:
    settings = load(tmp_path, '# ours\nport = 9000\nengine = "simulated"\n')
    assert (settings.port, settings.engine) == (9000, "simulated")
    assert settings.sources["port"] == "greenroom.toml:2"
    assert settings.sources["engine"] == "greenroom.toml:3"


def test_the_environment_overrides_the_file(tmp_path: Path) -> None:
    settings = load(tmp_path, "port = 9000\n", {"GREENROOM_PORT": "9001"})
    assert settings.port == 9001
    assert settings.sources["port"] == "GREENROOM_PORT"


def test_the_command_line_overrides_everything_unless_it_says_nothing(tmp_path: Path) -> None:
    environ = {"GREENROOM_PORT": "9001", "GREENROOM_HOST": "::1"}
    settings = load(tmp_path, "port = 9000\n", environ, port=9002, host=None)
    assert (settings.port, settings.sources["port"]) == (9002, "command line")
    assert (settings.host, settings.endpoint) == ("::1", "http://[::1]:9002")


def test_relative_paths_start_at_the_data_directory_wherever_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("studio").mkdir()
    monkeypatch.chdir("studio")
    file = 'vault = "restic:backups"\nvault_password_file = "secret"\ndatabase = "sqlite:///studio.db"\n'
    settings = load(Path(), file)
    data = tmp_path / "studio"
    assert settings.data == data
    assert settings.vault == f"restic:{data}/backups"
    assert settings.vault_password_file == data / "secret"
    assert settings.database == f"sqlite:///{data}/studio.db"


@pytest.mark.parametrize("repository", ["sftp:host:/srv/backups", "rest:https://host/", "s3:s3.host/bucket", "/srv/b"])
def test_a_repository_elsewhere_is_taken_as_it_is(tmp_path: Path, repository: str) -> None:
    assert load(tmp_path, environ={"GREENROOM_VAULT": f"restic:{repository}"}).vault == f"restic:{repository}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("backup_interval", "30"),
        ("backup_interval", "-4h"),
        ("backup_interval", "4 hours"),
        ("backup_interval", "9999999d"),
        ("retry_base", "0"),
        ("port", "65536"),
        ("port", "80.5"),
        ("port", ""),
        ("engine", "Local"),
        ("volumes", "zfs"),
        ("vault", "borg:/srv"),
        ("vault", "restic:"),
        ("database", "mysql://host/name"),
        ("account_id", "12345"),
        ("region", "US West"),
        ("max_body", "a lot"),
        ("session_user", "Root User"),
        ("simulated_faults", "start=2"),
        ("simulated_faults", "start"),
        ("simulated_latency", "start=fast"),
        ("workers", "0"),
        ("desktop_programs", ""),
        ("desktop_programs", "openbox,say 'hello"),
        ("vault_password_file", "~nobody-of-that-name/password"),
    ],
)
def test_a_value_of_another_form_is_refused_with_name_source_value_and_what_is_accepted(
    tmp_path: Path, name: str, value: str
) -> None:
    variable = f"GREENROOM_{name.upper()}"
    text = complaint(tmp_path, environ={variable: value})
    assert name in text
    assert variable in text
    assert repr(value) in text
    assert f"Accepted: {TABLE[name].form.accepts}" in text


def test_a_bad_value_in_the_file_names_its_line(tmp_path: Path) -> None:
    assert "greenroom.toml:2" in complaint(tmp_path, 'port = 1\nbackup_interval = "soon"\n')


def test_an_unknown_name_in_the_file_suggests_the_nearest_one(tmp_path: Path) -> None:
    text = complaint(tmp_path, "\nbakup_interval = 4\n")
    assert "line 2" in text
    assert "Did you mean backup_interval?" in text


def test_a_table_in_the_file_is_refused(tmp_path: Path) -> None:
    assert "Accepted: a whole number" in complaint(tmp_path, "[port]\nhttp = 80\n")


def test_a_file_that_is_no_toml_is_refused_with_the_place(tmp_path: Path) -> None:
    text = complaint(tmp_path, "port = \n")
    assert "greenroom.toml" in text
    assert "line 1" in text


def test_a_password_in_a_refused_value_is_not_repeated(tmp_path: Path) -> None:
    text = complaint(tmp_path, environ={"GREENROOM_DATABASE": "mysql://me:sesame@host/name"})
    assert "sesame" not in text


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://me:p@ss/w:ord@host/name", "postgresql://me:***@host/name"),
        ("postgresql://host/name?user=me&password=sesame&x=1", "postgresql://host/name?user=me&password=***&x=1"),
        ("restic:rest:https://me:sesame@host:8000/repo", "restic:rest:https://me:***@host:8000/repo"),
        ("restic:/srv/a:b@c", "restic:/srv/a:b@c"),
        ("sqlite:////srv/greenroom.db", "sqlite:////srv/greenroom.db"),
    ],
)
def test_passwords_in_addresses_are_never_shown(address: str, shown: str) -> None:
    assert hide_password(address) == shown


def test_shown_settings_hide_passwords(tmp_path: Path) -> None:
    settings = load(tmp_path, environ={"GREENROOM_DATABASE": "postgresql://me:sesame@host/name"})
    assert "sesame" not in str(list(settings.shown()))
    assert "sesame" in settings.database


@given(st.integers(min_value=0, max_value=36500 * 86400 * 1000 - 1))
def test_a_duration_is_read_back_as_it_is_shown(milliseconds: int) -> None:
    value = timedelta(milliseconds=milliseconds)
    assert read_duration(show_duration(value)) == value


@given(st.sampled_from(sorted(TABLE)), st.text())
def test_no_text_whatsoever_raises_anything_but_a_settings_error(name: str, value: str) -> None:
    with contextlib.suppress(SettingsError):
        Settings.load(Path("/nowhere"), {f"GREENROOM_{name.upper()}": value})


def test_every_shown_value_can_be_written_back(tmp_path: Path) -> None:
    settings = load(tmp_path)
    environ = {setting.variable: value for setting, value, _ in settings.shown()}
    again = load(tmp_path, environ=environ)
    assert all(getattr(settings, name) == getattr(again, name) for name in TABLE)


def test_a_misspelt_variable_is_found_and_its_like_named() -> None:
    environ = {"GREENROOM_BACKUP_INTERVALL": "1h", "GREENROOM_DATA": "/x", "GREENROOM_PORT": "1", "HOME": "/"}
    assert unknown_variables(environ) == {"GREENROOM_BACKUP_INTERVALL": "GREENROOM_BACKUP_INTERVAL"}


def test_no_body_is_allowed_that_the_wire_would_not_read(tmp_path: Path) -> None:
    assert LARGEST_BODY == MAX_BODY_BYTES
    assert "up to 1MiB" in complaint(tmp_path, environ={"GREENROOM_MAX_BODY": "2MiB"})


def test_every_setting_is_read_somewhere() -> None:
    read = {
        node.attr
        for module in Path(greenroom.__file__).parent.rglob("*.py")
        if module.name != "settings.py"
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Attribute)
    }
    assert set(TABLE) <= read


def test_recorded_settings_are_read_back_and_replace_older_lines(tmp_path: Path) -> None:
    record(tmp_path, {"region": "eu-west-2", "port": 9000})
    record(tmp_path, {"port": 9001, "account_id": "123456789012"})
    settings = load(tmp_path)
    assert (settings.region, settings.port, settings.account_id) == ("eu-west-2", 9001, "123456789012")
    assert (tmp_path / "greenroom.toml").read_text().count("port") == 1


def test_recording_keeps_what_a_person_wrote(tmp_path: Path) -> None:
    (tmp_path / "greenroom.toml").write_text("# mine\nworkers = 2\n")
    record(tmp_path, {"region": "eu-west-2"})
    assert (tmp_path / "greenroom.toml").read_text() == '# mine\nworkers = 2\nregion = "eu-west-2"\n'


def test_the_recorded_file_is_its_owners_alone(tmp_path: Path) -> None:
    record(tmp_path, {"region": "eu-west-2"})
    assert (tmp_path / "greenroom.toml").stat().st_mode & 0o777 == 0o600


def test_nothing_that_cannot_be_read_back_is_recorded(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        record(tmp_path, {"region": "nowhere at all"})
    assert not (tmp_path / "greenroom.toml").exists()
