import { expect, it } from "vitest";
import { jsonComplaints, legible } from "./document";

it("a document that is no JSON is told before it is sent", () => {
  expect(jsonComplaints({ document: "{}" }, "document").size).toBe(0);
  expect(jsonComplaints({ document: "" }, "document").size).toBe(0);
  expect(jsonComplaints({ document: "{" }, "document").get("document")).toMatch(/no JSON/);
});

it("a document is shown with a line for each thing", () => {
  expect(legible('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(legible("no JSON")).toBe("no JSON");
});
