"""What callers are told of a server that cannot serve: a fault of the server, its code, and no place of its disk."""

from structlog.testing import capture_logs

from greenroom.server.audit.log import AuditUnavailableError
from greenroom.server.outages import NOTHING_DONE, disk_full, no_audit
from greenroom.store.database import DatabaseFullError

PLACE = "/srv/studio/greenroom.db"


def test_a_full_disk_is_told_without_its_place_which_the_log_has() -> None:
    with capture_logs() as told:
        error = disk_full(DatabaseFullError(f"{PLACE} cannot be written."), request_id="r-1", operation="DeleteStudio")
    assert (error.status, error.code) == (500, "DISK_FULL")
    assert "nothing was changed" in str(error)
    assert PLACE not in str(error)
    (line,) = told
    assert (line["event"], line["request_id"], line["operation"]) == ("database-full", "r-1", "DeleteStudio")
    assert PLACE in line["error"]


def test_an_audit_that_cannot_be_kept_is_told_by_its_reason_alone() -> None:
    error = no_audit(AuditUnavailableError("no space left on device", f"Free some in {PLACE}."))
    assert (error.status, error.code) == (500, "AUDIT_UNAVAILABLE")
    assert "no space left on device" in str(error)
    assert PLACE not in str(error)


def test_both_codes_say_that_nothing_was_done() -> None:
    errors = [
        no_audit(AuditUnavailableError("a reason")),
        disk_full(DatabaseFullError("full"), request_id="r", operation="o"),
    ]
    assert {error.code for error in errors} == NOTHING_DONE
