import { UnreachableError } from "../identity/auth";
import { common } from "../strings/common";

/** An addition was refused. */
export class ApiError extends Error {
  constructor(
    override readonly name: string,
    message: string,
    readonly status: number,
    readonly requestId: string | null,
    /** Which rule said no: `USER_EXISTS`. */
    readonly code: string | null = null,
  ) {
    super(message);
  }

  /** What an HTTP answer says. */
  static async of(answer: Response): Promise<ApiError> {
    const text = await answer.text().catch(() => "");
    let said: { message?: unknown; code?: unknown } = {};
    try {
      said = JSON.parse(text) as typeof said;
    } catch {
      // A proxy's page, say: the status tells what can be told.
    }
    const name = (answer.headers.get("x-amzn-errortype") ?? "").split(":")[0] ?? "";
    const message = typeof said.message === "string" ? said.message : `The server answered ${answer.status}.`;
    const code = typeof said.code === "string" ? said.code : null;
    return new ApiError(name || "Error", message, answer.status, answer.headers.get("x-amzn-requestid"), code);
  }
}

/** An error as a person is told of it. */
export interface Told {
  /** The error's name on the wire, or "Unreachable". */
  readonly name: string;
  readonly title: string;
  readonly what: string;
  readonly todo: string;
  readonly requestId: string | null;
}

/** What happened, what to do, and the request's id, of anything that was thrown by a call. */
export function told(error: unknown): Told {
  const name = isUnreachable(error) ? "Unreachable" : nameOf(error);
  return {
    name,
    title: common.failed.names[name] ?? common.failed.nameOtherwise,
    what: name === "Unreachable" ? "" : error instanceof Error ? error.message : String(error),
    todo: common.failed.todo[name] ?? common.failed.todoOtherwise,
    requestId: requestIdOf(error),
  };
}

/** Whether nobody answered, rather than somebody refusing. */
export function isUnreachable(error: unknown): boolean {
  if (error instanceof UnreachableError) return true;
  if (!(error instanceof Error)) return false;
  // The official client passes on what fetch throws, a TypeError whose words differ between browsers, or its own timeout.
  return (error instanceof TypeError && requestIdOf(error) === null && /fetch|network|load/i.test(error.message)) || error.name === "TimeoutError";
}

/** Whether the keys were refused: their time is over, or their sign-in has ended elsewhere. */
export function areKeysRefused(error: unknown): boolean {
  return error instanceof Error && (error.name === "ExpiredTokenException" || error.name === "UnrecognizedClientException");
}

/** Whether the server refused it to this person; what is not there looks the same. */
export function isForbidden(error: unknown): boolean {
  return error instanceof Error && error.name === "AccessDeniedException";
}

/** Whether asking again can help: nobody answered, too many asked, or the server failed. */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error);
  return isUnreachable(error) || status === 429 || (status !== null && status >= 500);
}

/** The HTTP status, of whichever client raised it. */
export function statusOf(error: unknown): number | null {
  if (error instanceof ApiError) return error.status;
  const status = metadataOf(error)?.httpStatusCode;
  return typeof status === "number" ? status : null;
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : "Error";
}

function requestIdOf(error: unknown): string | null {
  if (error instanceof ApiError) return error.requestId;
  const id = metadataOf(error)?.requestId;
  return typeof id === "string" ? id : null;
}

function metadataOf(error: unknown): { httpStatusCode?: unknown; requestId?: unknown } | undefined {
  return (error as { $metadata?: { httpStatusCode?: unknown; requestId?: unknown } } | null)?.$metadata;
}
