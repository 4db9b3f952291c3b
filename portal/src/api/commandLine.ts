import type { Api } from "./api";
import { encoded } from "./additions";
import { type Operations, operations } from "./operations";

type Input = Readonly<Record<string, unknown>>;

/** The AWS CLI's line for an operation of the Nimble API; `input` is what the client is given. */
export function awsLine(api: Pick<Api, "region" | "origin">, operation: string, input: Input): string {
  const words = ["aws", "nimble", dashed(operation)];
  for (const [member, value] of Object.entries(input)) {
    if (value === undefined || value === null) continue;
    words.push(`--${dashed(member)}`, ...valueWords(value));
  }
  words.push("--region", quoted(api.region), "--endpoint-url", quoted(api.origin));
  return words.join(" ");
}

/** curl's line for an addition, which no AWS CLI knows; curl signs it with the keys in the environment. */
export function curlLine<N extends keyof Operations>(
  api: Pick<Api, "region" | "origin">,
  operation: N,
  input: Operations[N]["input"],
): string {
  const { method, target, body } = encoded(operations[operation], input as Input);
  const words = ["curl", "--aws-sigv4", quoted(`aws:amz:${api.region}:nimble`)];
  words.push("--user", '"$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"');
  if (method !== "GET") words.push("--request", method);
  if (body !== undefined) words.push("--header", quoted("content-type: application/json"), "--data", quoted(body));
  words.push(quoted(api.origin + target));
  return words.join(" ");
}

/** `ListStreamingSessions` and `listStreamingSessions` become `list-streaming-sessions`, `ec2InstanceType` `ec2-instance-type`. */
export function dashed(name: string): string {
  return name
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase();
}

function valueWords(value: unknown): string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value.map((each) => quoted(each));
  return [quoted(typeof value === "object" ? JSON.stringify(value) : String(value))];
}

/** As a POSIX shell takes it back. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
