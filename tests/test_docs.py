"""The manual says what is there: names in the code are in it, names in it are in the code, and its commands work."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
from tests.running import Studio
from tests.support import require

from greenroom.cli.main import app
from greenroom.server import metrics, record_metrics
from greenroom.server.settings import TABLE, VARIABLE_PREFIX, unknown_variables
from greenroom.studio.sessions import TRANSITIONS
from greenroom.studio.status import SessionState
from greenroom.wire import errors
from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import OPERATIONS

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "greenroom"
DOCS = ROOT / "docs"
MANUAL = sorted(DOCS.rglob("*.md"))
PAGES = [*MANUAL, ROOT / "README.md", ROOT / "CHANGELOG.md", *ROOT.glob("benchmarks/README.md")]

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_TEST = re.compile(r"`(tests/[\w./-]+)(?:::(\w+))?`")


def text_of(name: str) -> str:
    """A page of the manual."""
    return (DOCS / name).read_text(encoding="utf-8")


def named(path: Path) -> str:
    """A page's path in the repository, to name a test by."""
    return str(path.relative_to(ROOT))


def slugs(page: str) -> set[str]:
    """The anchors that a page's headings make."""
    headings = re.findall(r"^#+ (.*)$", _FENCE.sub("", page), re.MULTILINE)
    return {re.sub(r"[\s-]+", "-", re.sub(r"[^\w\s-]", "", heading.lower())).strip("-") for heading in headings}


def commands() -> list[str]:
    """Every command of the command line, as it is typed."""
    named = typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
    return [
        f"greenroom {path}"
        for name, command in named
        for path in [f"{name} {child}" for child in getattr(command, "commands", ())] or [name]
    ]


def error_names() -> list[str]:
    """Every error that can be answered."""
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type)
        and issubclass(kind, errors.ApiError)
        and kind not in (errors.ApiError, errors.FrontDoorError)
    ]
    return [f"{kind.__name__}` | {kind.status}" for kind in kinds]


def error_codes() -> list[str]:
    """Every specific code that a refusal is given."""
    sources = [path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py")]
    codes = {code for source in sources for code in re.findall(r'code="([A-Z][A-Z_]+)"', source)}
    return sorted(code for code in codes if not code.endswith(("_NOT_FOUND", "_VALIDATION_ERROR")))


def metric_names() -> list[str]:
    """Every metric, as a scrape names it."""
    source = "".join(Path(str(each.__file__)).read_text(encoding="utf-8") for each in (metrics, record_metrics))
    counters = set(re.findall(r'Counter\(\s*"(\w+)"', source))
    return sorted(f"{name}_total" if name in counters else name for name in re.findall(r'"(greenroom_\w+)"', source))


# -- what is in the code is in the manual


@pytest.mark.parametrize("name", TABLE)
def test_every_setting_is_in_the_manual(name: str) -> None:
    assert f"\n## {name}\n" in text_of("reference/settings.md"), "write it anew with: make reference"


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_manual(command: str) -> None:
    assert f"\n## {command}\n" in text_of("reference/commands.md"), "write it anew with: make reference"


@pytest.mark.parametrize("name", metric_names())
def test_every_metric_is_in_the_manual(name: str) -> None:
    assert f"`{name}`" in text_of("how-to/measure-and-monitor.md")


@pytest.mark.parametrize("name_and_status", error_names())
def test_every_error_is_in_the_manual_with_its_status(name_and_status: str) -> None:
    assert f"| `{name_and_status} |" in text_of("reference/errors.md")


@pytest.mark.parametrize("code", error_codes())
def test_every_code_of_an_error_is_in_the_manual(code: str) -> None:
    assert f"`{code}`" in text_of("reference/errors.md")


@pytest.mark.parametrize("operation", [*OPERATIONS, *ADDITIONS])
def test_every_operation_is_in_the_manual(operation: str) -> None:
    assert f"| {operation} |" in text_of("reference/api.md"), "write it anew with: make reference"


def test_the_table_of_states_is_the_table_of_the_code() -> None:
    rows = re.findall(r"^\| (\w+) \| (\w+) \| (\w+) \|$", text_of("reference/states.md"), re.MULTILINE)
    states = set(SessionState)
    written = {row for row in rows if row[0] in states and row[2] in states}
    assert written == {
        (before, event, after) for before, events in TRANSITIONS.items() for event, after in events.items()
    }


# -- what is in the manual is there


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    content = page.read_text(encoding="utf-8")
    for target in _LINK.findall(_FENCE.sub("", content)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        assert linked.exists(), f"{named(page)}: {target}"
        if anchor:
            assert anchor in slugs(linked.read_text(encoding="utf-8")), f"{named(page)}: {target}"


@pytest.mark.parametrize("page", MANUAL, ids=named)
def test_every_page_is_in_the_table_of_contents(page: Path) -> None:
    assert f": {page.relative_to(DOCS)}\n" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_command_that_a_page_shows_is_one(page: Path) -> None:
    known = {tuple(command.split()) for command in commands()}
    groups = {command[1] for command in known if len(command) == 3}
    shown = re.findall(r"(?<![\w/.-])greenroom ((?:[a-z][a-z-]*)(?: [a-z][a-z-]*)?)", in_code(page))
    for words in shown:
        first, *rest = words.split()
        wanted = ("greenroom", first, *rest[:1]) if first in groups else ("greenroom", first)
        assert wanted in known or words in groups | _NO_COMMANDS, f"{named(page)}: greenroom {words}"


_NO_COMMANDS = {"recover"}
"""Told to be missing, on the page that says so."""


def in_code(page: Path) -> str:
    """What a page shows as code, fenced or in a sentence, without its own blocks of output."""
    content = page.read_text(encoding="utf-8")
    fenced = [block for _, language, block in _FENCE.findall(content) if language in ("", "sh")]
    lines = [line for block in fenced for line in block.splitlines() if "greenroom" in line]
    starts = [line for line in lines if re.match(r"\s*(\.venv/bin/)?greenroom ", line)]
    return "\n".join([*starts, *re.findall(r"`(greenroom [^`]+)`", _FENCE.sub("", content))])


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_variable_that_a_page_names_is_a_setting(page: Path) -> None:
    variables = re.findall(rf"\b{VARIABLE_PREFIX}[A-Z][A-Z_]*\b", page.read_text(encoding="utf-8"))
    unknown = unknown_variables(dict.fromkeys(variables, "")).keys() - _OF_SESSIONS
    assert not unknown, named(page)


_OF_SESSIONS = {"GREENROOM_BACKUP_ID", "GREENROOM_SESSION_ID", "GREENROOM_STARTED_FROM_BACKUP_ID"}
"""Variables that sessions find in their environment."""


@pytest.mark.parametrize("page", MANUAL, ids=named)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    for path, function in _TEST.findall(page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), f"{named(page)}: {path}"
        if function:
            assert f"def {function}(" in (ROOT / path).read_text(encoding="utf-8"), f"{named(page)}: {path}::{function}"


@pytest.mark.parametrize("row", re.findall(r"^\| (?!what \||---).*$", text_of("compatibility.md"), re.MULTILINE))
def test_every_choice_is_pinned_by_a_test(row: str) -> None:
    assert _TEST.search(row.rsplit("|", 2)[1]), row


# -- what the manual says to type works


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Studio, str, str]]:
    """A studio with one session and two backups of it, its server gone; the session, and the older backup."""
    for program in ("restic", "bwrap"):
        require(program)
    studio = Studio(tmp_path_factory.mktemp("docs") / "data", {"GREENROOM_STOP_GRACE": "1s"})
    try:
        client = studio.found().serve().client()
        session_id = studio.create_session(client)
        studio.execute(
            session_id, "sh", "-c", "echo monday > shot.txt && mkdir renders && ln -s ../shot.txt renders/link"
        )
        studio.stop_session(client, session_id)
        (backup,) = studio.settled_backups(client, 1)
        studio.start_session(client, session_id)
        studio.execute(session_id, "sh", "-c", "echo tuesday > shot.txt")
        studio.stop_session(client, session_id)
        studio.settled_backups(client, 2)
        studio.terminate()
        yield studio, session_id, str(backup["backupId"])
    finally:
        studio.close()


def test_backups_are_read_with_restic_alone_as_the_manual_says(
    stopped: tuple[Studio, str, str], tmp_path: Path
) -> None:
    studio, session_id, backup_id = stopped
    page = text_of("how-to/read-backups-with-restic.md")
    values = {"DIR": str(studio.data), "BACKUP_ID": backup_id, "SESSION_ID": session_id, "OUT": str(tmp_path)}
    said = ""
    for _, _, block in _FENCE.findall(page):
        for line in block.replace("\\\n", " ").splitlines():
            typed = re.sub(r"\b(DIR|BACKUP_ID|SESSION_ID|OUT)\b", lambda match: values[match[0]], line)
            done = subprocess.run(shlex.split(typed), capture_output=True, text=True, check=False, timeout=120)
            assert done.returncode == 0, f"{typed}\n{done.stderr}"
            said += done.stdout
    assert f"backup={backup_id}" in said
    where = re.search(r"`OUT(/greenroom/)SESSION_ID/`", page)
    assert where is not None
    restored = tmp_path / where[1].strip("/") / session_id
    assert (restored / "shot.txt").read_text() == "monday\n"
    assert (restored / "renders" / "link").is_symlink()


def test_the_tutorial_goes_as_it_says(tmp_path: Path) -> None:
    for program in ("restic", "bwrap"):
        require(program)
    data = tmp_path / "studio"
    studio = Studio(data, {"GREENROOM_DATA": str(data), "GREENROOM_STOP_GRACE": "1s"})
    values: dict[str, str] = {}
    said: dict[str, str] = {}
    try:
        client = studio.found().serve().client()
        page = text_of("tutorial/first-studio.md")
        for line in "".join(block for _, _, block in _FENCE.findall(page[page.index("## 2.") :])).splitlines():
            if "BACKUP_ID" in line and "BACKUP_ID" not in values:
                values["BACKUP_ID"] = studio.settled_backups(client, 1)[0]["backupId"]
            _, *typed = shlex.split(re.sub(r"\b(SESSION_ID|BACKUP_ID)\b", lambda match: values[match[0]], line))
            said[line] = studio.command(*typed).stdout.decode()
            if line == "greenroom session create":
                values["SESSION_ID"] = re.findall(r"^Session +(\S+)$", said[line], re.MULTILINE)[0]
    finally:
        studio.close()
    (promised,) = re.findall(r"^`([^`]+)`\. Tuesday", page, re.MULTILINE)
    assert said["greenroom session exec SESSION_ID -- cat shot.txt"] == f"{promised}\n"


def test_a_vault_moves_as_the_manual_says(stopped: tuple[Studio, str, str], tmp_path: Path) -> None:
    studio, _, backup_id = stopped
    (block,) = [
        block for _, _, block in _FENCE.findall(text_of("how-to/keep-backups-elsewhere.md")) if "copy " in block
    ]
    new = tmp_path / "vault"
    for line in block.replace("\\\n", " ").splitlines():
        typed = re.sub(r"\bNEW\b", str(new), re.sub(r"\bDIR\b", str(studio.data), line))
        done = subprocess.run(shlex.split(typed), capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, f"{typed}\n{done.stderr}"
    moved = Studio(studio.data, {"GREENROOM_VAULT": f"restic:{new}"})
    verified = moved.command("backup", "verify", backup_id, "--data", str(studio.data))
    assert str(new).encode() in verified.stdout


def test_the_records_are_copied_as_the_manual_says_while_they_are_in_use(
    stopped: tuple[Studio, str, str], tmp_path: Path
) -> None:
    studio, session_id, _ = stopped
    page = text_of("how-to/back-up-the-studio.md")
    (block,) = [block for _, _, block in _FENCE.findall(page) if "sqlite3" in block]
    back = tmp_path / "back"
    back.mkdir(mode=0o700)
    typed = re.sub(r"\bDIR\b", str(studio.data), block.replace("/backup", str(back)))
    subprocess.run(["bash", "-euc", typed], check=True, capture_output=True, timeout=60)
    listed = studio.command("session", "list", "--data", str(back), "--json")
    assert session_id.encode() in listed.stdout
