"""Strings, numbers, times, lists and maps that several resources share, and the defaults that absence means."""

from datetime import datetime
from typing import Annotated

from greenroom.wire.traits import Binding, Integer, ListOf, Location, MapOf, Moment, Text

__all__ = [
    "DEFAULT_MAX_RESULTS",
    "ClientToken",
    "IdempotencyToken",
    "MaxResults",
    "Region",
    "RoleArn",
    "SecurityGroupId",
    "SensitiveString",
    "String",
    "StringList",
    "Tags",
    "Timestamp",
]

DEFAULT_MAX_RESULTS = 100
"""Elements of a page when the caller names no number."""

String = Annotated[str, Text("String")]
SensitiveString = Annotated[str, Text("SensitiveString", sensitive=True)]
StringList = Annotated[list[String], ListOf("StringList")]
Timestamp = Annotated[datetime, Moment("Timestamp")]
Tags = Annotated[dict[String, String], MapOf("Tags", documentation="Labels of a resource, by key.")]
Region = Annotated[str, Text("Region", min_length=0, max_length=50, pattern="[a-z]{2}-?(iso|gov)?-{1}[a-z]*-{1}[0-9]")]
RoleArn = Annotated[str, Text("RoleArn", min_length=0, max_length=2048)]
SecurityGroupId = Annotated[str, Text("SecurityGroupId")]
MaxResults = Annotated[
    int,
    Integer(
        "MaxResults",
        minimum=1,
        maximum=100,
        default=DEFAULT_MAX_RESULTS,
        documentation="The most elements that the answer may hold.",
    ),
]
ClientToken = Annotated[
    str,
    Text(
        "ClientToken",
        min_length=1,
        max_length=64,
        documentation="Chosen by the caller, so that a repeated request is done once.",
    ),
]
IdempotencyToken = Annotated[ClientToken, Binding(Location.HEADER, "X-Amz-Client-Token", idempotency_token=True)]
"""The client token as requests carry it."""
