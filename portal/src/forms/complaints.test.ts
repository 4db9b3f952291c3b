import { describe, expect, it } from "vitest";
import { Constraints } from "../api/constraints";
import { common } from "../strings/common";
import { complaintAt, complaintsOf, hint, withoutField } from "./complaints";

const words = common.constraints;
const constraints = new Constraints({
  paths: {
    "/policies/{policyName}": {
      put: { operationId: "Put", parameters: [{ name: "policyName", required: true, schema: { type: "string", maxLength: 4 } }] },
    },
  },
  components: {
    schemas: {
      PutRequest: {
        type: "object",
        required: ["name", "inner"],
        properties: {
          name: { type: "string", minLength: 1, maxLength: 3 },
          inner: { $ref: "#/components/schemas/Inner" },
          optional: { $ref: "#/components/schemas/Inner" },
          rows: { type: "array", maxItems: 2, items: { $ref: "#/components/schemas/Row" } },
          names: { type: "array", minItems: 1, items: { type: "string", pattern: "^[a-z]+$" } },
        },
      },
      Inner: {
        type: "object",
        required: ["count"],
        properties: { count: { type: "integer", minimum: 1, maximum: 10 }, mode: { $ref: "#/components/schemas/Mode" } },
      },
      Row: { type: "object", properties: { key: { type: "string", maxLength: 2 } } },
      Mode: { type: "string", enum: ["ON", "OFF"] },
    },
  },
});

const found = (request: Record<string, unknown>) => Object.fromEntries(complaintsOf(constraints, "Put", request));

describe("the complaints about a request", () => {
  it("are all there at once, each where it belongs", () => {
    expect(found({ inner: { count: 11, mode: "?" }, rows: [{ key: "ok" }, { key: "long" }], names: ["a", "B"] })).toEqual({
      name: words.required,
      "inner.count": words.tooLarge(10),
      "inner.mode": words.oneOf("ON, OFF"),
      "rows.1.key": words.tooLong(2),
      "names.1": words.pattern("^[a-z]+$"),
    });
  });

  it("tell of what is needed within what is there, and of nothing within what may be absent", () => {
    expect(found({ name: "a", inner: {}, names: ["a"] })).toEqual({ "inner.count": words.required });
    expect(found({ name: "a", names: ["a"] })).toEqual({ inner: words.required });
  });

  it("count the items of lists", () => {
    expect(found({ name: "a", inner: { count: 1 }, rows: [{}, {}, {}], names: [] })).toEqual({
      rows: words.tooMany(2),
      names: words.tooFew(1),
    });
  });

  it("are about the parts of the path as well", () => {
    expect(found({ name: "a", inner: { count: 1 }, policyName: "longer" })).toEqual({ policyName: words.tooLong(4) });
  });

  it("are found at a field or below it, and those without a field are not lost", () => {
    const complaints = complaintsOf(constraints, "Put", { inner: { count: 0 }, names: ["A"] });
    expect(complaintAt(complaints, "names")).toBeUndefined();
    expect(complaintAt(complaints, "names", true)).toBe(words.pattern("^[a-z]+$"));
    expect(withoutField(complaints, ["name", "names"])).toEqual([["inner.count", words.tooSmall(1)]]);
  });
});

it("what may be entered is said in few words", () => {
  expect(hint({ type: "integer", minimum: 1, maximum: 5 })).toBe(words.between(1, 5));
  expect(hint({ type: "array", maxItems: 30 })).toBe(words.tooMany(30));
  expect(hint({ type: "string", maxLength: 64 })).toBe(words.tooLong(64));
  expect(hint({ type: "string", enum: ["A"] })).toBe("");
});
