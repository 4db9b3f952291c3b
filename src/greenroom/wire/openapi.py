"""The operations as an OpenAPI 3.1 document, derived from the declarations."""

from collections.abc import Iterable
from typing import Any

from greenroom.wire.errors import MODELLED_ERRORS
from greenroom.wire.operations import OPERATIONS, Operation
from greenroom.wire.response import JSON_CONTENT_TYPE
from greenroom.wire.schema import Enumeration, ListSchema, MapSchema, Member, Schema, Structure, structure_of
from greenroom.wire.traits import Integer, Location, Moment, Text

_IN = {Location.LABEL: "path", Location.QUERY: "query", Location.HEADER: "header"}
_ERROR = "Error"
_NO_CONTENT = 204


def openapi_document(
    operations: Iterable[Operation] = OPERATIONS.values(),
    *,
    title: str = "The Nimble Studio API",
    version: str = "2020-08-01",
) -> dict[str, Any]:
    """The document; `operations` may be of any service that is declared the same way."""
    schemas: dict[str, Any] = {_ERROR: _error_schema()}
    paths: dict[str, Any] = {}
    for operation in operations:
        paths.setdefault(operation.uri, {})[operation.method.lower()] = _operation(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": {name: schemas[name] for name in sorted(schemas)},
            "securitySchemes": {
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "Authorization",
                    "description": "AWS Signature Version 4 of the request, in this header or in the query.",
                }
            },
        },
        "security": [{"signature": []}],
    }


def _operation(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    request = structure_of(operation.input)
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.documentation,
        "tags": [operation.service],
        "parameters": [_parameter(member, schemas) for member in request.members if member.location in _IN],
        "responses": _responses(operation, schemas),
    }
    if request.members_at(Location.BODY):
        required = any(member.required for member in request.members_at(Location.BODY))
        described["requestBody"] = {"required": required, "content": _json(_reference(request, schemas))}
    return described


def _responses(operation: Operation, schemas: dict[str, Any]) -> dict[str, Any]:
    answer = structure_of(operation.output)
    done: dict[str, Any] = {"description": answer.documentation}
    if operation.streamed:
        done["content"] = {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}
    elif operation.status != _NO_CONTENT:
        done["content"] = _json(_reference(answer, schemas))
    responses = {str(operation.status): done}
    for error in sorted(MODELLED_ERRORS, key=lambda error: error.status):
        if error.__name__ in operation.errors:
            responses[str(error.status)] = {
                "description": f"{error.__name__}: {(error.__doc__ or '').strip()}",
                "headers": {"x-amzn-ErrorType": {"description": "The error's name.", "schema": {"type": "string"}}},
                "content": _json({"$ref": f"#/components/schemas/{_ERROR}"}),
            }
    return responses


def _parameter(member: Member, schemas: dict[str, Any]) -> dict[str, Any]:
    parameter: dict[str, Any] = {
        "name": member.location_name,
        "in": _IN[member.location],
        "required": member.required,
        "schema": _schema(member.schema, schemas),
    }
    if member.location is Location.LABEL:
        parameter["schema"] = {"minLength": 1, **parameter["schema"]}
    if isinstance(member.schema, ListSchema):
        parameter |= {"style": "form", "explode": True}
    return parameter


def _schema(schema: Schema, schemas: dict[str, Any]) -> dict[str, Any]:
    match schema:
        case Text():
            described = _present(
                type="string",
                minLength=schema.min_length,
                maxLength=schema.max_length,
                pattern=schema.pattern,
                description=schema.documentation or None,
            )
            return {**described, "x-sensitive": True} if schema.sensitive else described
        case Integer():
            return _present(
                type="integer",
                minimum=schema.minimum,
                maximum=schema.maximum,
                default=schema.default,
                description=schema.documentation or None,
            )
        case Moment():
            return {"type": "string", "format": "date-time"}
        case ListSchema():
            trait = schema.trait
            elements = _schema(schema.element, schemas)
            return _present(type="array", items=elements, minItems=trait.min_items, maxItems=trait.max_items)
        case MapSchema():
            return {"type": "object", "additionalProperties": _schema(schema.value, schemas)}
        case Enumeration() | Structure():
            return _reference(schema, schemas)


def _reference(schema: Enumeration | Structure, schemas: dict[str, Any]) -> dict[str, Any]:
    """A reference to a schema of its own, which is made where it is not there yet. A request's is that of its body."""
    if schema.name not in schemas:
        if isinstance(schema, Enumeration):
            values = [member.value for member in schema.type]
            schemas[schema.name] = {"type": "string", "enum": values, "description": schema.documentation}
        else:
            schemas[schema.name] = _structure(schema, schemas)
    return {"$ref": f"#/components/schemas/{schema.name}"}


def _structure(schema: Structure, schemas: dict[str, Any]) -> dict[str, Any]:
    members = schema.members_at(Location.BODY)
    described: dict[str, Any] = {
        "type": "object",
        "description": schema.documentation,
        "properties": {member.name: _schema(member.schema, schemas) for member in members},
    }
    required = [member.name for member in members if member.required]
    if required:
        described["required"] = required
    if schema.is_union:
        described |= {"minProperties": 1, "maxProperties": 1}
    return described


def _error_schema() -> dict[str, Any]:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "What went wrong. A request that is refused before its operation has the message alone.",
        "properties": {
            "code": text,
            "context": {"type": "object", "additionalProperties": text},
            "message": text,
        },
        "required": ["message"],
    }


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {JSON_CONTENT_TYPE: {"schema": schema}}


def _present(**keywords: Any) -> dict[str, Any]:
    return {keyword: value for keyword, value in keywords.items() if value is not None}
