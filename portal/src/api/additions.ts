import { Sha256 } from "@aws-crypto/sha256-js";
import type { TemporaryKeys } from "../identity/credentials";
import { HttpRequest } from "@smithy/protocol-http";
import { SignatureV4 } from "@smithy/signature-v4";
import { UnreachableError } from "../identity/auth";
import { ApiError } from "./errors";
import { type Operations, operations } from "./operations";

/** Additions are signed for the API's own service. */
const SERVICE = "nimble";

interface Route {
  readonly method: string;
  readonly uri: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly token: string | null;
}

export type AdditionName = keyof Operations;

/** Greenroom's own operations: signed like the API's, with types that are derived from the server's declarations. */
export class Additions {
  readonly #signer: SignatureV4;
  readonly #origin: URL;

  constructor(origin: string, region: string, credentials: () => Promise<TemporaryKeys>) {
    this.#origin = new URL(origin);
    this.#signer = new SignatureV4({ service: SERVICE, region, credentials, sha256: Sha256 });
  }

  /** Call an operation. Raises ApiError, UnreachableError, SignInEndedError. */
  async call<N extends AdditionName>(
    name: N,
    input: Operations[N]["input"],
    signal?: AbortSignal,
  ): Promise<Operations[N]["output"]> {
    const answer = await this.fetch(name, input, signal);
    const text = await answer.text();
    return (text === "" ? {} : JSON.parse(text)) as Operations[N]["output"];
  }

  /** The same, with the answer's bytes left to the caller: a file, a feed. */
  async fetch<N extends AdditionName>(name: N, input: Operations[N]["input"], signal?: AbortSignal): Promise<Response> {
    const { method, target, headers, body } = encoded(operations[name], input as Readonly<Record<string, unknown>>);
    return this.send(method, target, { ...headers }, body, signal);
  }

  /** The address at which a browser itself can fetch it for some seconds, without any other key. */
  async presign<N extends AdditionName>(name: N, input: Operations[N]["input"], seconds: number): Promise<string> {
    const { method, target } = encoded(operations[name], input as Readonly<Record<string, unknown>>);
    const url = new URL(target, this.#origin);
    const request = new HttpRequest({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: queryOf(url),
      headers: { host: url.host },
    });
    const { query } = await this.#signer.presign(request, { expiresIn: seconds });
    const pairs = Object.entries(query ?? {}).flatMap(([key, value]) =>
      (Array.isArray(value) ? value : [value ?? ""]).map((each) => `${strictly(key)}=${strictly(each)}`),
    );
    return `${url.pathname}?${pairs.join("&")}`;
  }

  /** Sign and send one request; `target` is a path and query, already encoded. */
  async send(
    method: string,
    target: string,
    headers: Record<string, string>,
    body?: string,
    signal?: AbortSignal,
  ): Promise<Response> {
    const url = new URL(target, this.#origin);
    const request = new HttpRequest({
      method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: queryOf(url),
      headers: { ...headers, host: url.host },
      ...(body === undefined ? {} : { body }),
    });
    const signed = await this.#signer.sign(request);
    const sent = Object.fromEntries(Object.entries(signed.headers).filter(([header]) => header !== "host"));
    let answer: Response;
    try {
      answer = await fetch(url, { method, headers: sent, body: body ?? null, cache: "no-store", signal: signal ?? null });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new UnreachableError("The server does not answer.", { cause: error });
    }
    if (!answer.ok) throw await ApiError.of(answer);
    return answer;
  }
}

/** A request's parts; every label is one segment of the path. */
export function encoded(
  route: Route,
  input: Readonly<Record<string, unknown>>,
): { method: string; target: string; headers: Record<string, string>; body?: string } {
  const placed = new Set<string>();
  let path = route.uri;
  for (const [member, label] of Object.entries(route.labels)) {
    const greedy = `{${label}+}`;
    const value = String(input[member] ?? "");
    path = path.includes(greedy)
      ? path.replace(greedy, value.split("/").map(strictly).join("/"))
      : path.replace(`{${label}}`, strictly(value));
    placed.add(member);
  }
  const query: string[] = [];
  for (const [member, name] of Object.entries(route.query)) {
    placed.add(member);
    const value = input[member];
    if (value === undefined || value === null) continue;
    for (const each of Array.isArray(value) ? (value as unknown[]) : [value]) {
      query.push(`${strictly(name)}=${strictly(String(each))}`);
    }
  }
  const headers: Record<string, string> = {};
  for (const [member, name] of Object.entries(route.headers)) {
    placed.add(member);
    const value = input[member];
    if (value !== undefined && value !== null) headers[name.toLowerCase()] = String(value);
    else if (member === route.token) headers[name.toLowerCase()] = crypto.randomUUID();
  }
  const rest = Object.entries(input).filter(([member, value]) => !placed.has(member) && value !== undefined);
  const target = query.length === 0 ? path : `${path}?${query.join("&")}`;
  if (route.method === "GET" || route.method === "DELETE") return { method: route.method, target, headers };
  headers["content-type"] = "application/json";
  return { method: route.method, target, headers, body: JSON.stringify(Object.fromEntries(rest)) };
}

/** As AWS encodes: everything but letters, digits and -._~ */
function strictly(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

function queryOf(url: URL): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const name of new Set(url.searchParams.keys())) {
    const values = url.searchParams.getAll(name);
    query[name] = values.length === 1 ? (values[0] ?? "") : values;
  }
  return query;
}
