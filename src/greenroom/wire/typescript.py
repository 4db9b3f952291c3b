"""Operations as TypeScript: types of what they take and give, and where each member travels, for the portal."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from greenroom.wire.additions import ADDITIONS
from greenroom.wire.operations import Operation
from greenroom.wire.schema import Enumeration, ListSchema, MapSchema, Member, Schema, Structure, structure_of
from greenroom.wire.traits import Integer, Location, Moment, Text

_HEADING = "// Derived from the declarations in src/greenroom/wire by scripts/portal; not kept, not edited."


def typescript(operations: Iterable[Operation]) -> str:
    """A module with `Operations`, the input and output of each by its name, and `operations`, how each is called."""
    types: dict[str, str] = {}
    pairs, routes = [], {}
    for operation in sorted(operations, key=lambda operation: operation.name):
        given, answer = structure_of(operation.input), structure_of(operation.output)
        pairs.append(f"  {operation.name}: {{ input: {_type(given, types)}; output: {_type(answer, types)} }};")
        routes[operation.name] = _route(operation, given)
    declarations = [types[name] for name in sorted(types)]
    table = json.dumps(routes, indent=2)
    return "\n".join(
        (
            _HEADING,
            *declarations,
            "export interface Operations {",
            *pairs,
            "}",
            f"export const operations = {table} as const satisfies Record<keyof Operations, unknown>;",
            "",
        )
    )


def _route(operation: Operation, given: Structure) -> dict[str, Any]:
    def named(location: Location) -> dict[str, str]:
        return {member.name: member.location_name for member in given.members_at(location)}

    token = next((member.name for member in given.members if member.idempotency_token), None)
    return {
        "method": operation.method,
        "uri": operation.uri,
        "labels": named(Location.LABEL),
        "query": named(Location.QUERY),
        "headers": named(Location.HEADER),
        "token": token,
    }


def _type(schema: Schema, types: dict[str, str]) -> str:
    match schema:
        case Text() | Moment():
            return "string"
        case Integer():
            return "number"
        case ListSchema():
            return f"readonly ({_type(schema.element, types)})[]"
        case MapSchema():
            return "Readonly<Record<string, string>>"
        case Enumeration():
            values = " | ".join(json.dumps(member.value) for member in schema.type)
            types[schema.name] = f"export type {schema.name} = {values};"
            return schema.name
        case Structure():
            if schema.name not in types:
                types[schema.name] = ""
                members = "\n".join(_member(member, types) for member in schema.members)
                types[schema.name] = f"/** {schema.documentation} */\nexport interface {schema.name} {{\n{members}\n}}"
            return schema.name


def _member(member: Member, types: dict[str, str]) -> str:
    return f"  readonly {member.name}{'' if member.required else '?'}: {_type(member.schema, types)};"


if __name__ == "__main__":
    sys.stdout.write(typescript(ADDITIONS.values()))
