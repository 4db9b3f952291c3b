import { expect, it } from "vitest";
import { pageAt } from "./pages";

it("finds the page of an address, with parts that may be anything", () => {
  expect(pageAt("/")?.path).toBe("");
  expect(pageAt("/sessions/abc")?.path).toBe("sessions/:sessionId");
  expect(pageAt("/sessions/abc/desktop")?.wide).toBe(true);
});

it("finds none where there is none", () => {
  expect(pageAt("/nowhere/at/all")).toBeUndefined();
});
