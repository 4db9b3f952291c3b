"""Which operations answer in pages: those with a token in their request and in their answer."""

from typing import Any

from greenroom.wire.operations import OPERATIONS, Operation
from greenroom.wire.schema import ListSchema, structure_of

_TOKEN = "nextToken"  # noqa: S105  the member's name
_LIMIT = "maxResults"


def paginators() -> dict[str, Any]:
    """What botocore calls paginators-1.json."""
    described = {name: _paginator(operation) for name, operation in sorted(OPERATIONS.items())}
    return {"pagination": {name: paginator for name, paginator in described.items() if paginator is not None}}


def _paginator(operation: Operation) -> dict[str, str] | None:
    request, answer = structure_of(operation.input), structure_of(operation.output)
    if request.member(_TOKEN) is None or answer.member(_TOKEN) is None:
        return None
    (result,) = (member.name for member in answer.members if isinstance(member.schema, ListSchema))
    paginator = {"input_token": _TOKEN, "output_token": _TOKEN, "result_key": result}
    if request.member(_LIMIT) is not None:
        paginator["limit_key"] = _LIMIT
    return paginator
