"""What callers are told where the server cannot serve for a reason that whoever runs it can do something about."""

import structlog

from greenroom.server.audit.log import AuditUnavailableError
from greenroom.store.database import DatabaseFullError
from greenroom.wire.errors import InternalServerErrorException

log = structlog.get_logger("greenroom.api")

NOTHING_DONE = frozenset({"AUDIT_UNAVAILABLE", "DISK_FULL"})
"""The codes of these errors: such a call has changed nothing."""
FULL = (
    "The disk that the records are on is full: nothing was changed. Whoever runs the service frees some space there"
    " (greenroom doctor says where); then the same call can be made again."
)


def no_audit(error: AuditUnavailableError) -> InternalServerErrorException:
    """What cannot be told afterwards is not done."""
    return InternalServerErrorException(
        f"The service cannot keep its audit at present and answers no calls: {error.reason}. Whoever runs it finds"
        " what to do in its log and by greenroom doctor; then the same call can be made again.",
        code="AUDIT_UNAVAILABLE",
    )


def disk_full(error: DatabaseFullError, *, request_id: str, operation: str) -> InternalServerErrorException:
    """Nothing could be written; where that was stands in the log, not in the answer."""
    log.warning("database-full", request_id=request_id, operation=operation, error=str(error))
    return InternalServerErrorException(FULL, code="DISK_FULL")
