import { expect, it } from "vitest";
import { contentOf, pageAt, prepare } from "./pages";

it("finds the page of an address, with parts that may be anything", () => {
  expect(pageAt("/")?.path).toBe("");
  expect(pageAt("/sessions/abc")?.path).toBe("sessions/:sessionId");
  expect(pageAt("/sessions/abc/desktop")?.wide).toBe(true);
});

it("finds none where there is none", () => {
  expect(pageAt("/nowhere/at/all")).toBeUndefined();
});

it("has the content of a page at hand once that was prepared, and one that waits for it before", async () => {
  const Content = () => null;
  const page = { path: "x", load: async () => ({ default: Content }) };
  expect(contentOf(page)).toBe(contentOf(page));
  expect(contentOf(page)).not.toBe(Content);
  await prepare(page);
  expect(contentOf(page)).toBe(Content);
});
