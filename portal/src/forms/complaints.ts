import { complaint, type Constraints, type Schema } from "../api/constraints";
import { common } from "../strings/common";
import type { Draft, Path } from "./draft";

/** What is wrong, in words, by where it is. */
export type Complaints = ReadonlyMap<Path, string>;

/** What the server would find wrong with an operation's request, all of it; the request is compacted. */
export function complaintsOf(constraints: Constraints, operation: string, request: Draft): Complaints {
  const found = new Map<Path, string>();
  const body = constraints.of(`${operation}Request`);
  if (body !== null) look(constraints, body, request, "", found);
  for (const [name, value] of Object.entries(request)) {
    if (body?.properties?.[name] !== undefined) continue;
    const parameter = constraints.parameter(operation, name);
    const wrong = parameter === null ? null : complaint(parameter, value);
    if (wrong !== null) found.set(name, wrong);
  }
  return found;
}

function look(constraints: Constraints, asked: Schema, value: unknown, path: Path, found: Map<Path, string>): void {
  const schema = constraints.resolved(asked) ?? asked;
  if (schema.properties !== undefined && isObject(value)) {
    for (const name of schema.required ?? []) {
      if (value[name] === undefined) found.set(below(path, name), common.constraints.required);
    }
    for (const [name, member] of Object.entries(schema.properties)) {
      if (value[name] !== undefined) look(constraints, member, value[name], below(path, name), found);
    }
    return;
  }
  if (schema.items !== undefined && Array.isArray(value)) {
    const items = value as readonly unknown[];
    if (schema.minItems !== undefined && items.length < schema.minItems) found.set(path, common.constraints.tooFew(schema.minItems));
    if (schema.maxItems !== undefined && items.length > schema.maxItems) found.set(path, common.constraints.tooMany(schema.maxItems));
    for (const [position, item] of items.entries()) look(constraints, schema.items, item, below(path, String(position)), found);
    return;
  }
  const wrong = complaint(schema, value);
  if (wrong !== null) found.set(path, wrong);
}

/** What may be entered, in few words, for below a field; "" where there is nothing worth saying. */
export function hint(schema: Schema | null): string {
  const words = common.constraints;
  if (schema === null) return "";
  if (schema.minimum !== undefined && schema.maximum !== undefined) return words.between(schema.minimum, schema.maximum);
  if (schema.maxItems !== undefined) return words.tooMany(schema.maxItems);
  if (schema.enum === undefined && schema.maxLength !== undefined) return words.tooLong(schema.maxLength);
  return "";
}

/** The complaint at a place; with `deep` also the first one below it. */
export function complaintAt(complaints: Complaints, path: Path, deep = false): string | undefined {
  const here = complaints.get(path);
  if (here !== undefined || !deep) return here;
  for (const [place, words] of complaints) if (place.startsWith(`${path}.`)) return words;
  return undefined;
}

/** Those for which there is no field to show them at. */
export function withoutField(complaints: Complaints, fields: Iterable<Path>): [Path, string][] {
  const known = [...fields];
  return [...complaints].filter(([place]) => !known.some((path) => place === path || place.startsWith(`${path}.`)));
}

function below(path: Path, step: string): Path {
  return path === "" ? step : `${path}.${step}`;
}

function isObject(value: unknown): value is Draft {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
