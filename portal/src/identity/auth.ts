/** The sign-in, which is no part of the API: `/auth` on the same server, carried by a cookie that no script can read. */

export interface Provider {
  readonly name: string;
  readonly displayName: string;
  readonly url: string;
}

export interface Person {
  readonly userName: string;
  readonly principalId: string;
  readonly persona: string;
  readonly arn: string;
}

export interface Auth {
  readonly signedIn: boolean;
  readonly studioName: string;
  readonly region: string;
  readonly accountId: string;
  readonly studioId: string;
  readonly providers: readonly Provider[];
  readonly user: Person | null;
}

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiration: string;
}

/** The server refused. */
export class AuthError extends Error {
  override name = "AuthError";
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    /** Seconds, where the server said when to come again. */
    readonly retryAfter: number | null,
  ) {
    super(message);
  }
}

/** Nobody answered. */
export class UnreachableError extends Error {
  override name = "Unreachable";
}

export const readAuth = (): Promise<Auth> => call<Auth>("GET", "/auth");
export const signIn = (userName: string, password: string): Promise<Auth> =>
  call<Auth>("POST", "/auth/sign-in", { userName, password });
export const signOut = (): Promise<unknown> => call("POST", "/auth/sign-out");
export const readKeys = (): Promise<Keys> => call<Keys>("POST", "/auth/credentials");

/** Another password for whoever is signed in. */
export const changePassword = (password: string, newPassword: string): Promise<unknown> =>
  call("POST", "/auth/password", { password, newPassword });

/** Who asks to be let in as the person who is signed in. */
export interface Asking {
  readonly sourceIp: string;
  readonly userAgent: string;
  readonly userCode: string;
}

export const showDevice = (userCode: string): Promise<Asking> => call<Asking>("POST", "/auth/device/show", { userCode });
export const approveDevice = (userCode: string): Promise<unknown> => call("POST", "/auth/device/approve", { userCode });

/** Any call below /auth. Raises AuthError, UnreachableError. */
export async function call<T>(method: "GET" | "POST", path: string, content?: unknown): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (method === "POST") headers["x-greenroom-request"] = "1";
  if (content !== undefined) headers["content-type"] = "application/json";
  const body = content === undefined ? null : JSON.stringify(content);
  let answer: Response;
  try {
    answer = await fetch(path, { method, headers, body, credentials: "same-origin", cache: "no-store" });
  } catch (error) {
    throw new UnreachableError("The server does not answer.", { cause: error });
  }
  const text = await answer.text();
  const said = parsed(text);
  if (answer.ok) return said as T;
  const { code, message } = (said ?? {}) as { code?: string; message?: string };
  const after = Number(answer.headers.get("retry-after") ?? "");
  throw new AuthError(
    answer.status,
    code ?? "",
    message ?? `The server answered ${answer.status}.`,
    Number.isFinite(after) && after > 0 ? after : null,
  );
}

function parsed(text: string): unknown {
  try {
    return text === "" ? null : JSON.parse(text);
  } catch {
    return null;
  }
}
