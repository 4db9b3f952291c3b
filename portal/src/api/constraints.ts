import { useQuery } from "@tanstack/react-query";
import { common } from "../strings/common";

/** A schema of the server's OpenAPI document, as far as forms need it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly description?: string;
}

interface Document {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

interface DescribedOperation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly parameters?: readonly { readonly name: string; readonly required?: boolean; readonly schema: Schema }[];
}

/** What the server checks, read from its own description of itself. */
export class Constraints {
  constructor(private readonly document: Document) {}

  /** The schema of a member, by the name of its shape and a path of members: `of("CreateLaunchProfileRequest", "name")`. */
  of(shape: string, ...members: readonly string[]): Schema | null {
    let schema: Schema | null = this.document.components.schemas[shape] ?? null;
    for (const member of members) {
      const inner: Schema | undefined = this.resolved(schema)?.properties?.[member] ?? this.resolved(schema)?.items;
      schema = inner ?? null;
    }
    return this.resolved(schema);
  }

  /** The schema of an operation's parameter: a part of its path or its query. */
  parameter(operation: string, name: string): Schema | null {
    for (const methods of Object.values(this.document.paths)) {
      for (const described of Object.values(methods)) {
        if (described.operationId !== operation) continue;
        return this.resolved(described.parameters?.find((parameter) => parameter.name === name)?.schema ?? null);
      }
    }
    return null;
  }

  /** The schema at a place of an operation's request, such as `inner.list.0.key`, and whether something is needed there. */
  at(operation: string, place: string): { readonly schema: Schema | null; readonly required: boolean } {
    const steps = place.split(".");
    const shape = `${operation}Request`;
    const [last = ""] = steps.slice(-1);
    const schema = this.of(shape, ...steps);
    if (schema !== null) return { schema, required: this.of(shape, ...steps.slice(0, -1))?.required?.includes(last) ?? false };
    const parameter = this.parameter(operation, place);
    return { schema: parameter, required: parameter !== null };
  }

  /** Every operation that is described, with its service: `nimble` or `greenroom`. */
  operations(): readonly { readonly name: string; readonly service: string }[] {
    return Object.values(this.document.paths)
      .flatMap((methods) => Object.values(methods))
      .map(({ operationId, tags }) => ({ name: operationId, service: tags?.[0] ?? "" }));
  }

  /** The schema that a reference stands for; any other as it is. */
  resolved(schema: Schema | null): Schema | null {
    if (schema?.$ref === undefined) return schema;
    return this.document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? null;
  }
}

/** What is wrong with a value, as the server would find it: lengths count code points, patterns are searched for. */
export function complaint(schema: Schema, value: unknown): string | null {
  const words = common.constraints;
  if (schema.enum !== undefined && !schema.enum.includes(String(value))) return words.oneOf(schema.enum.join(", "));
  if (schema.type === "string" && typeof value === "string") {
    const length = [...value].length;
    if (schema.minLength !== undefined && length < schema.minLength) return words.tooShort(schema.minLength);
    if (schema.maxLength !== undefined && length > schema.maxLength) return words.tooLong(schema.maxLength);
    if (schema.pattern !== undefined && !searched(schema.pattern).test(value)) return words.pattern(schema.pattern);
  }
  if (schema.type === "integer") {
    const number = typeof value === "number" ? value : Number(value);
    if (!Number.isInteger(number)) return words.wholeNumber;
    if (schema.minimum !== undefined && number < schema.minimum) return words.tooSmall(schema.minimum);
    if (schema.maximum !== undefined && number > schema.maximum) return words.tooLarge(schema.maximum);
  }
  return null;
}

/** The model's patterns are Java's: some escape what Unicode's mode has no escape for. */
function searched(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return new RegExp(pattern);
  }
}

/** The constraints, fetched when the first form asks; undefined until they are there. */
export function useConstraints(): Constraints | undefined {
  return useQuery({
    queryKey: ["constraints"],
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const answer = await fetch("/openapi.json", { signal });
      if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
      return new Constraints((await answer.json()) as Document);
    },
  }).data;
}
