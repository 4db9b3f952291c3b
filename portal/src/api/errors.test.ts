import { describe, expect, it } from "vitest";
import { UnreachableError } from "../identity/auth";
import { common } from "../strings/common";
import { ApiError, isPassing, isUnreachable, told } from "./errors";

/** As the official client raises it. */
const refused = (name: string, status: number) =>
  Object.assign(new Error("The session is not STOPPED."), { name, $metadata: { httpStatusCode: status, requestId: "r-1" } });

describe("what a person is told of an error", () => {
  it("is what happened, what to do, and the request's id", () => {
    expect(told(refused("ConflictException", 409))).toEqual({
      name: "ConflictException",
      title: common.failed.names["ConflictException"],
      what: "The session is not STOPPED.",
      todo: common.failed.todo["ConflictException"],
      requestId: "r-1",
    });
  });

  it("is the same of an addition", async () => {
    const answer = new Response(JSON.stringify({ message: "No." }), {
      status: 403,
      headers: { "x-amzn-errortype": "AccessDeniedException:http://x", "x-amzn-requestid": "r-2" },
    });
    const { name, what, requestId } = told(await ApiError.of(answer));
    expect([name, what, requestId]).toEqual(["AccessDeniedException", "No.", "r-2"]);
  });

  it("has something to do also where nobody knows the error", () => {
    expect(told(new Error("odd")).todo).toBe(common.failed.todoOtherwise);
  });
});

describe("asking again", () => {
  it("helps where nobody answered, too many asked, or the server failed", () => {
    expect(isPassing(new UnreachableError("…"))).toBe(true);
    expect(isPassing(refused("ThrottlingException", 429))).toBe(true);
    expect(isPassing(refused("InternalServerErrorException", 500))).toBe(true);
  });

  it("does not help where the server said no", () => {
    expect(isPassing(refused("AccessDeniedException", 403))).toBe(false);
  });

  it("tells what fetch throws from a fault of the page", () => {
    expect(isUnreachable(new TypeError("Failed to fetch"))).toBe(true);
    expect(isUnreachable(new TypeError("x is not a function"))).toBe(false);
  });
});
