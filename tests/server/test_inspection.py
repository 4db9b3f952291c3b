"""What a server tells of its audit, its settings and its machine."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support import Clock

from greenroom.api.inspection import Wanted
from greenroom.engines.images.registry import Images
from greenroom.server import inspection
from greenroom.server.audit.journal import Journal
from greenroom.server.inspection import ServerInspection
from greenroom.server.settings import Settings
from greenroom.store import events
from greenroom.store.database import Database
from greenroom.studio.errors import Unavailable
from greenroom.studio.events import StudioEvent


def event(number: int, **members: Any) -> bytes:
    made: dict[str, Any] = {
        "eventTime": f"{datetime(2026, 11, 27, tzinfo=UTC) + timedelta(hours=number):%Y-%m-%dT%H:%M:%SZ}",
        "eventName": "StartStreamingSession" if number % 3 else "ListUsers",
        "readOnly": not number % 3,
        "userIdentity": {"userName": "mia" if number % 2 else "ada"},
        "resources": [{"ARN": f"arn:aws:nimble:r:a:streaming-session/s{number}"}],
    }
    return msgspec.json.encode(made | members)


@pytest.fixture
def written(tmp_path: Path, clock: Clock) -> Iterator[Path]:
    """An audit of sixty calls on three days, with a line that a crash cut off."""
    audit = tmp_path / "audit"
    journal = Journal(audit, clock=clock, retention=timedelta(0))
    for day in range(3):
        journal.append([event(20 * day + number) for number in range(1, 21)])
        clock.advance(timedelta(days=1))
    with next(iter(sorted(audit.glob("*.jsonl")))).open("ab") as file:
        file.write(b'{"sequence":21,"prev\n')
    journal.close()
    return audit


@pytest.fixture
def told(tmp_path: Path, written: Path) -> ServerInspection:
    settings = Settings.load(tmp_path, {"GREENROOM_DATABASE": "postgresql://me:secret@db/x"})
    return ServerInspection(settings, written, Images(tmp_path / "images"))


def test_the_audit_is_read_backwards_page_by_page_across_days(told: ServerInspection) -> None:
    numbers, before = [], None
    while True:
        page = told.audit(Wanted(), before, 7)
        numbers += [each.sequence for each in page.events]
        before = page.before
        if before is None:
            break
    assert numbers == list(range(60, 0, -1))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(user_name="mia"), lambda n: n % 2 == 1),
        (Wanted(event_name="liST"), lambda n: n % 3 == 0),
        (Wanted(read_only=False, user_name="ada"), lambda n: n % 3 != 0 and n % 2 == 0),
        (Wanted(resource="s5"), lambda n: n == 5 or (n >= 50 and n < 60)),
        (Wanted(outcome="DENIED"), lambda _: False),
        (Wanted(since=datetime(2026, 11, 28, 6, tzinfo=UTC)), lambda n: n >= 30),
    ],
)
def test_what_does_not_fit_is_passed_over(told: ServerInspection, wanted: Wanted, expected: Any) -> None:
    page = told.audit(wanted, None, 100)
    assert [each.sequence for each in page.events] == [n for n in range(60, 0, -1) if expected(n)]
    assert page.before is None


def test_whoever_seeks_what_is_rare_comes_again(told: ServerInspection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "MOST_LOOKED_AT", 25)
    page = told.audit(Wanted(resource="s10"), None, 100)
    assert (page.events, page.before) == ([], 36)
    again = told.audit(Wanted(resource="s10"), told.audit(Wanted(resource="s10"), 36, 100).before, 100)
    assert [each.sequence for each in again.events] == [10]


def test_an_audit_that_cannot_be_read_is_said_to_be_so(told: ServerInspection, written: Path) -> None:
    newest = sorted(written.glob("*.jsonl"))[-1]
    newest.unlink()
    newest.mkdir()
    with pytest.raises(Unavailable, match="The audit cannot be read"):
        told.audit(Wanted(), None, 1)


def test_settings_are_told_with_their_source_and_without_passwords(told: ServerInspection) -> None:
    shown = {each.name: each for each in told.settings()}
    assert shown["database"].source == "GREENROOM_DATABASE"
    assert "secret" not in shown["database"].value
    assert shown["port"].source == "default"


def test_the_machine_is_looked_over(told: ServerInspection) -> None:
    found = {each.part: each for each in told.findings()}
    assert found["server"].state == "ok"
    assert found["database"].state == "missing"


def test_a_clock_that_is_behind_the_records_is_found(tmp_path: Path, migrated_sqlite: Path) -> None:
    (tmp_path / "greenroom.db").write_bytes(migrated_sqlite.read_bytes())
    looking = ServerInspection(Settings.load(tmp_path, {}), tmp_path / "audit", Images(tmp_path / "images"))
    assert {each.part: each for each in looking.findings()}["clock"].state == "ok"
    database = Database(f"sqlite:///{tmp_path / 'greenroom.db'}", clock=lambda: datetime.now(UTC) + timedelta(days=3))
    with database.write() as connection:
        events.record(connection, StudioEvent(type="vault.back"))
    database.close()
    found = {each.part: each for each in looking.findings()}["clock"]
    assert (found.state, "2 days, 23:59:" in found.meaning) == ("limited", True)


def test_registered_images_are_told_and_a_damaged_one_is_named(told: ServerInspection, tmp_path: Path) -> None:
    assert list(told.images()) == []
    root = tmp_path / "root"
    for name in ("etc/passwd", "bin/sh", "bin/sleep"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text("#!/bin/sh\n")
        (root / name).chmod(0o755)
    added = Images(tmp_path / "images").add("ami-0test", str(root), now=datetime(2026, 11, 27, 9, tzinfo=UTC))
    (image,) = told.images()
    assert (image.ec2_image_id, image.sha256, image.added_at) == (
        "ami-0test",
        added.sha256,
        datetime(2026, 11, 27, 9, tzinfo=UTC),
    )
    (tmp_path / "images" / "ami-0test" / "image.json").write_text("{")
    with pytest.raises(Unavailable, match="ami-0test is damaged"):
        told.images()
