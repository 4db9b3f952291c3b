import { describe, expect, it } from "vitest";
import { common } from "../strings/common";
import { complaint, Constraints } from "./constraints";

const words = common.constraints;
const constraints = new Constraints({
  paths: {
    "/users/{userName}": {
      get: { operationId: "GetUser", parameters: [{ name: "userName", required: true, schema: { type: "string", maxLength: 4 } }] },
    },
  },
  components: {
    schemas: {
      Request: {
        type: "object",
        required: ["name"],
        properties: {
          name: { type: "string", minLength: 1, maxLength: 3 },
          mode: { $ref: "#/components/schemas/Mode" },
          inner: { $ref: "#/components/schemas/Inner" },
        },
      },
      Mode: { type: "string", enum: ["ON", "OFF"] },
      Inner: { type: "object", properties: { count: { type: "integer", minimum: 0, maximum: 10 } } },
    },
  },
});

describe("a form's constraints", () => {
  it("are those of the server's own description, references followed", () => {
    expect(constraints.of("Request", "mode")?.enum).toEqual(["ON", "OFF"]);
    expect(constraints.of("Request", "inner", "count")?.maximum).toBe(10);
    expect(constraints.parameter("GetUser", "userName")?.maxLength).toBe(4);
  });

  it("are found by the place in a request, with whether something is needed there", () => {
    expect(constraints.at("", "name")).toEqual({ schema: { type: "string", minLength: 1, maxLength: 3 }, required: true });
    expect(constraints.at("", "inner.count").schema?.maximum).toBe(10);
    expect(constraints.at("GetUser", "userName").required).toBe(true);
    expect(constraints.at("GetUser", "none")).toEqual({ schema: null, required: false });
    expect(constraints.operations()).toEqual([{ name: "GetUser", service: "" }]);
  });

  it("take patterns as the model writes them", () => {
    const windows = { type: "string", pattern: "^((\\%HOMEPATH\\%)|[a-zA-Z]:)[\\\\/][a-z]+$" };
    expect(complaint(windows, "C:\\in")).toBeNull();
    expect(complaint(windows, "in")).not.toBeNull();
  });

  it("count code points, as the server does", () => {
    expect(complaint({ type: "string", maxLength: 3 }, "🌕🌖🌗")).toBeNull();
    expect(complaint({ type: "string", maxLength: 3 }, "🌕🌖🌗🌘")).toBe(words.tooLong(3));
  });

  it("say what is wrong in words", () => {
    expect(complaint({ type: "string", enum: ["A"] }, "B")).toBe(words.oneOf("A"));
    expect(complaint({ type: "string", pattern: "^[a-z]+$" }, "A1")).toBe(words.pattern("^[a-z]+$"));
    expect(complaint({ type: "integer", minimum: 1 }, 0)).toBe(words.tooSmall(1));
    expect(complaint({ type: "integer", maximum: 1 }, "2")).toBe(words.tooLarge(1));
    expect(complaint({ type: "integer" }, "1.5")).toBe(words.wholeNumber);
  });
});
