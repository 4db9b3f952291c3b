"""What travels with a backup."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from greenroom.vaults.base import BackupLabel, VaultError
from greenroom.vaults.labels import SnapshotRecord, Summary, checked_id, stored, tags, time_of

IDS = st.text("ABCXYZabcxyz0129_:.-", min_size=1, max_size=60).filter(lambda text: text not in (".", ".."))
TIMES = st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  hypothesis asks for naive limits


@given(backup_id=IDS, session_id=IDS, studio_id=IDS, created_at=TIMES)
def test_a_label_comes_back_as_it_went(backup_id: str, session_id: str, studio_id: str, created_at: datetime) -> None:
    label = BackupLabel(backup_id, session_id, studio_id, created_at)
    record = SnapshotRecord(datetime(2000, 1, 1, tzinfo=UTC), [], "tree", "id", tags(label).split(","))
    backup = stored(record)
    assert backup is not None
    assert backup.label == label


def test_the_time_is_told_in_utc() -> None:
    created_at = datetime(2023, 1, 31, 10, 30, 5, 999_999, tzinfo=timezone(timedelta(hours=1)))
    assert time_of(BackupLabel("b", "s", "t", created_at)) == "2023-01-31 09:30:05"


@pytest.mark.parametrize("value", ["", "a,b", "a/b", "..", ".", "a b", "ü", "x" * 129, "a\n"])
def test_ids_that_tags_or_paths_cannot_carry_are_refused(value: str) -> None:
    with pytest.raises(VaultError) as caught:
        checked_id("backup", value)
    assert caught.value.reason == "invalid-id"


@pytest.mark.parametrize("names", [[], ["greenroom"], ["backup=b", "session=s", "studio=t"], ["greenroom", "backup=b"]])
def test_snapshots_of_others_are_no_backups(names: list[str]) -> None:
    assert stored(SnapshotRecord(datetime(2000, 1, 1, tzinfo=UTC), ["/home"], "tree", "id", names)) is None


def test_without_its_own_tag_the_time_is_the_snapshots() -> None:
    record = SnapshotRecord(
        datetime(2000, 1, 1, tzinfo=UTC), [], "tree", "id", ["greenroom", "backup=b", "session=s", "studio=t"]
    )
    backup = stored(record)
    assert backup is not None
    assert backup.label.created_at == datetime(2000, 1, 1, tzinfo=UTC)


def test_sizes_are_told_where_restic_keeps_them() -> None:
    summary = Summary("", 3, 100, 50, 20)
    record = SnapshotRecord(
        datetime(2000, 1, 1, tzinfo=UTC), [], "tree", "id", ["greenroom", "backup=b", "session=s", "studio=t"], summary
    )
    backup = stored(record)
    assert backup is not None
    assert (backup.files, backup.size_bytes, backup.added_bytes) == (3, 100, 20)
