"""End user licence agreements, and their acceptance."""

from typing import Annotated

from greenroom.wire.shapes.base import Shape
from greenroom.wire.shapes.scalars import IdempotencyToken, String, StringList, Timestamp
from greenroom.wire.shapes.streaming_images import EulaIdList
from greenroom.wire.traits import Label, ListOf, Query, Text

__all__ = [
    "AcceptEulasRequest",
    "AcceptEulasResponse",
    "Eula",
    "EulaAcceptance",
    "EulaAcceptanceId",
    "EulaAcceptanceList",
    "EulaId",
    "EulaList",
    "EulaName",
    "GetEulaRequest",
    "GetEulaResponse",
    "ListEulaAcceptancesRequest",
    "ListEulaAcceptancesResponse",
    "ListEulasRequest",
    "ListEulasResponse",
]


EulaAcceptanceId = Annotated[str, Text("EulaAcceptanceId", min_length=0, max_length=22, pattern="^[a-zA-Z0-9-_]*$")]
EulaId = Annotated[str, Text("EulaId", min_length=0, max_length=22, pattern="^[a-zA-Z0-9-_]*$")]
EulaName = Annotated[str, Text("EulaName", min_length=0, max_length=64)]


class Eula(Shape):
    """A licence agreement."""

    content: String | None = None
    created_at: Timestamp | None = None
    eula_id: EulaId | None = None
    name: EulaName | None = None
    updated_at: Timestamp | None = None


class EulaAcceptance(Shape):
    """That a licence agreement was accepted, by whom and for whom."""

    accepted_at: Timestamp | None = None
    accepted_by: String | None = None
    acceptee_id: String | None = None
    eula_acceptance_id: EulaAcceptanceId | None = None
    eula_id: EulaId | None = None


EulaAcceptanceList = Annotated[list[EulaAcceptance], ListOf("EulaAcceptanceList")]
EulaList = Annotated[list[Eula], ListOf("EulaList")]


class AcceptEulasRequest(Shape):
    """The licence agreements to accept for a studio."""

    studio_id: Label[String]
    client_token: IdempotencyToken | None = None
    eula_ids: EulaIdList | None = None


class AcceptEulasResponse(Shape):
    """Their acceptances."""

    eula_acceptances: EulaAcceptanceList | None = None


class GetEulaRequest(Shape):
    """The licence agreement to read."""

    eula_id: Label[String]


class GetEulaResponse(Shape):
    """The licence agreement."""

    eula: Eula | None = None


class ListEulaAcceptancesRequest(Shape):
    """Which acceptances, and which page of them."""

    studio_id: Label[String]
    eula_ids: Query[StringList] | None = None
    next_token: Query[String] | None = None


class ListEulaAcceptancesResponse(Shape):
    """A page of the acceptances."""

    eula_acceptances: EulaAcceptanceList | None = None
    next_token: String | None = None


class ListEulasRequest(Shape):
    """Which licence agreements, and which page of them."""

    eula_ids: Query[StringList] | None = None
    next_token: Query[String] | None = None


class ListEulasResponse(Shape):
    """A page of the licence agreements."""

    eulas: EulaList | None = None
    next_token: String | None = None
