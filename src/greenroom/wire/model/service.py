"""The service model: metadata, operations, shapes."""

from typing import Any

from greenroom.wire.errors import MODELLED_ERRORS, ApiError
from greenroom.wire.operations import API_VERSION, OPERATIONS, Operation
from greenroom.wire.schema import Enumeration, ListSchema, MapSchema, Member, Schema, Structure, structure_of
from greenroom.wire.traits import Integer, Location, Moment, Text

_EXCEPTION_CONTEXT = "ExceptionContext"
_STRING = "String"


def service_model() -> dict[str, Any]:
    """What botocore calls service-2.json."""
    shapes: dict[str, Any] = {_EXCEPTION_CONTEXT: _string_map()}
    for error in MODELLED_ERRORS:
        shapes[error.__name__] = _error(error)
    for operation in OPERATIONS.values():
        for shape in (operation.input, operation.output):
            _add(structure_of(shape), shapes)
    return {
        "version": "2.0",
        "metadata": {
            "apiVersion": API_VERSION,
            "endpointPrefix": "nimble",
            "jsonVersion": "1.1",
            "protocol": "rest-json",
            "serviceFullName": "AmazonNimbleStudio",
            "serviceId": "nimble",
            "signatureVersion": "v4",
            "signingName": "nimble",
            "uid": f"nimble-{API_VERSION}",
        },
        "operations": {name: _operation(OPERATIONS[name]) for name in sorted(OPERATIONS)},
        "shapes": {name: shapes[name] for name in sorted(shapes)},
        "documentation": "Virtual studios: sessions, their volumes and their backups.",
    }


def _operation(operation: Operation) -> dict[str, Any]:
    model: dict[str, Any] = {
        "name": operation.name,
        "http": {"method": operation.method, "requestUri": operation.uri, "responseCode": operation.status},
        "input": {"shape": operation.input.__name__},
        "output": {"shape": operation.output.__name__},
        "errors": [{"shape": name} for name in operation.errors],
        "documentation": operation.documentation,
    }
    if operation.idempotent:
        model["idempotent"] = True
    return model


def _error(error: type[ApiError]) -> dict[str, Any]:
    answer: dict[str, Any] = {"httpStatusCode": error.status}
    model: dict[str, Any] = {
        "type": "structure",
        "members": {
            "code": {"shape": _STRING, "documentation": "What happened, more specifically."},
            "context": {"shape": _EXCEPTION_CONTEXT, "documentation": "The things concerned."},
            "message": {"shape": _STRING, "documentation": "What happened, in words."},
        },
        "documentation": (error.__doc__ or "").strip(),
        "error": answer,
        "exception": True,
    }
    if error.fault:
        model["fault"] = True
    else:
        answer["senderFault"] = True
    if error.retryable:
        model["retryable"] = {"throttling": False}
    return model


def _add(schema: Schema, shapes: dict[str, Any]) -> None:
    """The schema and all that it refers to."""
    if schema.name in shapes:
        return
    shapes[schema.name] = _shape(schema)
    match schema:
        case Structure():
            for member in schema.members:
                _add(member.schema, shapes)
        case ListSchema():
            _add(schema.element, shapes)
        case MapSchema():
            _add(schema.key, shapes)
            _add(schema.value, shapes)


def _shape(schema: Schema) -> dict[str, Any]:
    match schema:
        case Text():
            model = _bounded("string", schema.min_length, schema.max_length, sensitive=schema.sensitive)
            if schema.pattern is not None:
                model["pattern"] = schema.pattern
            documentation = schema.documentation
        case Enumeration():
            model = {"type": "string", "enum": [member.value for member in schema.type]}
            documentation = schema.documentation
        case Integer():
            model = _bounded("integer", schema.minimum, schema.maximum, sensitive=False)
            # A number whose absence is the same as 0 is a plain one to the SDKs; others can be null.
            if schema.default != 0:
                model["box"] = True
            documentation = schema.documentation
        case Moment():
            model = {"type": "timestamp", "timestampFormat": "iso8601"}
            documentation = schema.documentation
        case ListSchema():
            trait = schema.trait
            model = _bounded("list", trait.min_items, trait.max_items, sensitive=trait.sensitive)
            model["member"] = {"shape": schema.element.name}
            documentation = trait.documentation
        case MapSchema():
            model = {"type": "map", "key": {"shape": schema.key.name}, "value": {"shape": schema.value.name}}
            documentation = schema.trait.documentation
        case Structure():
            model = _structure(schema)
            documentation = schema.documentation
    if documentation:
        model["documentation"] = documentation
    return model


def _structure(schema: Structure) -> dict[str, Any]:
    model: dict[str, Any] = {
        "type": "structure",
        "members": {member.name: _member(member) for member in sorted(schema.members, key=lambda member: member.name)},
    }
    required = sorted(member.name for member in schema.members if member.required)
    if required:
        model["required"] = required
    if schema.is_union:
        model["union"] = True
    return model


def _member(member: Member) -> dict[str, Any]:
    model: dict[str, Any] = {"shape": member.schema.name}
    if member.location is not Location.BODY:
        model["location"] = member.location.value
        model["locationName"] = member.location_name
    if member.idempotency_token:
        model["idempotencyToken"] = True
    return model


def _bounded(kind: str, lowest: int | None, highest: int | None, *, sensitive: bool) -> dict[str, Any]:
    model: dict[str, Any] = {"type": kind}
    if lowest is not None:
        model["min"] = lowest
    if highest is not None:
        model["max"] = highest
    if sensitive:
        model["sensitive"] = True
    return model


def _string_map() -> dict[str, Any]:
    return {"type": "map", "key": {"shape": _STRING}, "value": {"shape": _STRING}}
