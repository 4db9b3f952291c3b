"""Greenroom's own operation on further vaults: how the copies of backups fare."""

from typing import Annotated

from greenroom.wire.operations import Operation, addition
from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import String, Timestamp
from greenroom.wire.traits import Integer, Label, ListOf

CopyCount = Annotated[int, Integer("CopyCount", minimum=0, maximum=2**53 - 1)]


class BackupCopy(Shape):
    """A backup in a further vault, and when it was first seen there."""

    copied_at: Timestamp
    vault: String


BackupCopyList = Annotated[list[BackupCopy], ListOf("BackupCopyList")]


class VaultCopies(Shape):
    """How a further vault fares; the counts are of the studio's READY backups."""

    copied: CopyCount
    missing: CopyCount
    tried_at: Timestamp
    vault: String
    copied_at: Timestamp | None = None
    failing_since: Timestamp | None = None
    message: String | None = None


VaultCopiesList = Annotated[list[VaultCopies], ListOf("VaultCopiesList")]


class ListVaultCopiesRequest(Shape):
    """The studio whose backups are copied."""

    studio_id: Label[String]


class ListVaultCopiesResponse(Shape):
    """Every further vault, by name."""

    vaults: VaultCopiesList


_operation = addition(globals())

VAULT_COPIES: tuple[Operation, ...] = (
    _operation(
        "ListVaultCopies",
        "GET",
        "/studios/{studioId}/vault-copies",
        "See of each further vault how many backups are in it, since when it fails, and why.",
    ),
)
