"""What a backup holds, over HTTP: looked at and downloaded, by its owner and by nobody else, out of its tree never."""

import http.client
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import quote

import pytest
from tests.conformance.coverage import proves
from tests.running import Studio
from tests.server.raw import Answer, Request, ask, posted
from tests.server.signing import Signer
from tests.support import require, wait_until


@dataclass
class Kept:
    """A READY backup of a session that holds all kinds of things."""

    studio: Studio
    session_id: str
    backup_id: str

    def target(self, what: str, **query: str | bytes) -> str:
        """The path and query of an operation on the backup."""
        base = f"/greenroom/v1/studios/{quote(self.studio.studio_id, safe='')}/streaming-session-backups"
        asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        return f"{base}/{self.backup_id}/{what}?{asked}"

    def ask(self, what: str, key: dict[str, str] | None = None, **query: str | bytes) -> Answer:
        """Its answer."""
        return ask(self.studio.endpoint, Signer.of(self.studio, key).sign(Request(self.target(what, **query))))


_GROWN = r"""
mkdir -p shots/sub empty
truncate -s 64M large
echo notes > shots/notes.txt
echo deep > shots/sub/deep.txt
ln shots/notes.txt shots/hard
ln -s /etc/passwd shots/out
ln -s .. shots/up
mkfifo shots/pipe
printf odd > "$(printf 'shots/caf\351')"
printf odd > "$(printf 'shots/two\nlines \042quoted\042')"
printf odd > "$(printf 'shots/gpj\342\200\256exe')"
"""


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One with real sessions and a real vault."""
    for program in ("restic", "bwrap"):
        require(program)
    made = Studio(tmp_path_factory.mktemp("files") / "data", {"GREENROOM_STOP_GRACE": "1s", "GREENROOM_DOWNLOADS": "2"})
    try:
        yield made.found().serve()
    finally:
        made.close()


@pytest.fixture(scope="module")
def artist(studio: Studio) -> dict[str, str]:
    """A key of a plain user who has no session."""
    studio.command("user", "add", "artist", "--data", str(studio.data))
    made = studio.command("key", "create", "artist", "--data", str(studio.data), "--json")
    return cast(dict[str, str], json.loads(made.stdout))


@pytest.fixture(scope="module")
def kept(studio: Studio) -> Kept:
    client = studio.client()
    session_id = studio.create_session(client)
    studio.execute(session_id, "sh", "-c", _GROWN)
    created = ask(
        studio.endpoint,
        Signer.of(studio).sign(
            Request(
                f"/greenroom/v1/studios/{quote(studio.studio_id, safe='')}/streaming-sessions/{session_id}/backups",
                "POST",
                b"{}",
            )
        ),
    )
    backup_id = created.json()["streamingSessionBackup"]["backupId"]

    def ready() -> bool:
        found = client.get_streaming_session_backup(studioId=studio.studio_id, backupId=backup_id)
        return bool(found["streamingSessionBackup"]["state"] == "READY")

    wait_until(ready, timeout=60, what="the backup")
    return Kept(studio, session_id, backup_id)


@proves("ListStreamingSessionBackupFiles")
def test_a_directory_is_listed_with_odd_names_told_and_special_files_shown(kept: Kept) -> None:
    assert [(each["name"], each["type"]) for each in kept.ask("files").json()["files"]] == [
        ("empty", "dir"),
        ("large", "file"),
        ("shots", "dir"),
    ]
    shots = {each["name"]: each for each in kept.ask("files", path="shots").json()["files"]}
    assert {name: each["type"] for name, each in shots.items()} == {
        "caf\\xe9": "file",
        "gpj\u202eexe": "file",
        "hard": "file",
        "notes.txt": "file",
        "out": "symlink",
        "pipe": "other",
        "sub": "dir",
        'two\nlines "quoted"': "file",
        "up": "symlink",
    }
    assert (shots["notes.txt"]["path"], shots["notes.txt"]["size"]) == ("shots/notes.txt", 6)
    assert shots["notes.txt"]["mode"] == "0644"
    assert shots["notes.txt"]["modifiedAt"].endswith("Z")
    assert kept.ask("files", path="empty").json()["files"] == []


@proves("DownloadStreamingSessionBackupFiles")
def test_a_link_that_was_signed_beforehand_downloads_a_file(kept: Kept) -> None:
    signer = Signer.of(kept.studio)
    signed = signer.presign(Request(kept.target("download", path="shots/notes.txt"))).target
    answer = ask(kept.studio.endpoint, Request(signed, headers=(("Host", signer.host),)))
    assert answer.body == b"notes\n"
    headers = dict(answer.headers)
    assert headers["content-length"] == "6"
    assert headers["content-type"] == "application/octet-stream"
    assert headers["content-disposition"].startswith('attachment; filename="notes.txt"')
    assert "sandbox" in headers["content-security-policy"]
    other = signed.replace("notes.txt", "hard")
    assert ask(kept.studio.endpoint, Request(other, headers=(("Host", signer.host),))).status == 403


def test_a_directory_comes_as_an_archive_without_special_files(kept: Kept) -> None:
    signer = Signer.of(kept.studio)
    signed = signer.sign(Request(kept.target("download", path="shots", form="zip")))
    connection = http.client.HTTPConnection(signer.host)
    connection.request("GET", signed.target, headers=dict(signed.headers))
    with closing(connection), zipfile.ZipFile(io.BytesIO(connection.getresponse().read())) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        assert archive.read("shots/sub/deep.txt") == b"deep\n"
    assert "shots/pipe" not in names
    assert {"shots/", "shots/hard", "shots/out", "shots/up", "shots/sub/"} <= names
    assert not any(name.startswith("/") or ".." in name.split("/") for name in names)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("shots/caf\\xe9", b"odd"),
        ('shots/two\nlines "quoted"', b"odd"),
        ("shots/gpj\u202eexe", b"odd"),
        ("shots/hard", b"notes\n"),
    ],
)
def test_a_file_of_any_name_is_downloaded_and_saved_under_a_harmless_one(kept: Kept, name: str, content: bytes) -> None:
    answer = kept.ask("download", path=name)
    assert (answer.status, answer.body) == (200, content)
    disposition = dict(answer.headers)["content-disposition"]
    assert disposition.isascii()
    assert disposition.isprintable()
    assert "%E2%80%AE" not in disposition


@pytest.mark.parametrize("path", ["..", "../x", "shots/../..", "/etc/passwd", "shots//x", "shots/", ".", "shots/./x"])
@pytest.mark.parametrize("what", ["files", "download"])
def test_a_path_that_leads_out_is_refused(kept: Kept, what: str, path: str) -> None:
    answer = kept.ask(what, path=path)
    assert (answer.status, answer.json()["code"]) == (400, "INVALID_PATH")


@pytest.mark.parametrize("path", ["shots/%2e%2e", "shots/out/passwd", "shots/up/shots", "nothing", b"shots/caf\xe9"])
@pytest.mark.parametrize("what", ["files", "download"])
def test_links_are_not_followed_and_what_is_not_there_is_not_found(kept: Kept, what: str, path: str | bytes) -> None:
    assert kept.ask(what, path=path).status == 404


@pytest.mark.parametrize("name", ["pipe", "out"])
def test_what_has_no_content_of_its_own_is_not_opened(kept: Kept, name: str) -> None:
    answer = kept.ask("download", path=f"shots/{name}")
    assert (answer.status, answer.json()["code"]) == (400, "NO_CONTENT")


@pytest.mark.parametrize("what", ["files", "download"])
def test_anothers_backup_looks_like_one_that_is_not_there(kept: Kept, what: str, artist: dict[str, str]) -> None:
    theirs = kept.ask(what, key=artist, path="shots")
    absent = Kept(kept.studio, "", "nowhere").ask(what, key=artist, path="shots")
    assert theirs.status == absent.status == 403
    assert theirs.body.replace(kept.backup_id.encode(), b"nowhere") == absent.body


def test_more_downloads_than_go_on_at_once_are_refused_until_one_ends(kept: Kept) -> None:
    signer = Signer.of(kept.studio)
    signed = signer.sign(Request(kept.target("download", path="large")))
    with closing(http.client.HTTPConnection(signer.host)) as slow:
        slow.request("GET", signed.target, headers=dict(signed.headers))
        assert slow.getresponse().read(1) == b"\0"  # and takes no more: it goes on
        refused = kept.ask("download", path="shots/notes.txt")
        assert (refused.status, refused.json()["code"]) == (429, "TOO_MANY_DOWNLOADS")
        assert dict(refused.headers)["retry-after"] == "30"
        assert kept.ask("files", path="shots").status == 200
    wait_until(lambda: kept.ask("download", path="shots/notes.txt").status == 200, what="the place of one who left")
    for _ in range(3):
        assert kept.ask("download", path="nothing").status == 404
    assert kept.ask("download", path="shots/notes.txt").status == 200


@proves("SearchStreamingSessionBackupFiles")
def test_names_are_searched_in_ones_own_backups_alone(kept: Kept, artist: dict[str, str]) -> None:
    def search(key: dict[str, str] | None = None, **query: str) -> Answer:
        base = f"/greenroom/v1/studios/{quote(kept.studio.studio_id, safe='')}/streaming-session-backup-files"
        asked = "&".join(f"{name}={quote(value, safe='')}" for name, value in query.items())
        return ask(kept.studio.endpoint, Signer.of(kept.studio, key).sign(Request(f"{base}?{asked}")))

    found = search(pattern="*.TXT").json()["files"]
    assert [(each["backupId"], each["file"]["path"]) for each in found] == [
        (kept.backup_id, "shots/notes.txt"),
        (kept.backup_id, "shots/sub/deep.txt"),
    ]
    assert search(pattern="*.txt", sessionId="another").json()["files"] == []
    assert search(key=artist, pattern="*.txt").status == 403
    add = ("user", "add", "searcher", "--data", str(kept.studio.data), "--json")
    searcher = json.loads(kept.studio.command(*add).stdout)["principalId"]
    create = ("key", "create", "searcher", "--data", str(kept.studio.data), "--json")
    key = json.loads(kept.studio.command(*create).stdout)
    assert search(key=key, pattern="*.txt", ownedBy=searcher).json()["files"] == []


@proves("CompareStreamingSessionBackups", "RestoreStreamingSessionBackupFiles", "GetStreamingSessionFileRestore")
def test_what_changed_since_is_told_and_put_back(kept: Kept) -> None:
    assert kept.ask("changes").json()["changes"] == []
    kept.studio.execute(kept.session_id, "sh", "-c", "echo other > shots/notes.txt; rm -r shots/sub; echo > new")

    def changes() -> dict[str, str]:
        return {each["path"]: each["change"] for each in kept.ask("changes").json()["changes"]}

    assert changes() == {
        "new": "ADDED",
        "shots/hard": "CHANGED",
        "shots/notes.txt": "CHANGED",
        "shots/sub": "REMOVED",
        "shots/sub/deep.txt": "REMOVED",
    }
    assert kept.ask("changes", otherBackupId=kept.backup_id).json()["changes"] == []
    assert kept.ask("changes", otherBackupId="nowhere").status == 404
    asked = posted(kept.target("restores"), {"paths": ["shots/notes.txt", "shots/sub"], "place": "OVER"})
    made = ask(kept.studio.endpoint, Signer.of(kept.studio).sign(asked)).json()["restore"]

    def ended() -> dict[str, Any] | None:
        now = kept.ask(f"restores/{made['restoreId']}").json()["restore"]
        return None if now["state"] == "IN_PROGRESS" else cast(dict[str, Any], now)

    done = wait_until(ended, timeout=30, what="the restore")
    assert done is not None
    assert done["state"] == "READY", done
    assert changes() == {"new": "ADDED", "shots/hard": "CHANGED"}
