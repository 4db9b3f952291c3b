import { expect, test } from "vitest";
import { isFailing, isProven } from "./condition";

const NOW = Date.UTC(2026, 10, 27, 12);

test("a backup fails that could not be made, or that says why it is not made yet", () => {
  expect(isFailing({ state: "CREATE_FAILED" })).toBe(true);
  expect(isFailing({ state: "CREATE_IN_PROGRESS", statusMessage: "The vault cannot be reached." })).toBe(true);
  expect(isFailing({ state: "CREATE_IN_PROGRESS" })).toBe(false);
  expect(isFailing({ state: "READY", statusMessage: "Whatever." })).toBe(false);
});

test("a proof holds until it is due again, and for ever where none is made again", () => {
  const verifiedAt = "2026-11-01T00:00:00Z";
  expect(isProven({ verifiedAt, proofDueAt: "2026-12-01T00:00:00Z" }, NOW)).toBe(true);
  expect(isProven({ verifiedAt, proofDueAt: "2026-11-20T00:00:00Z" }, NOW)).toBe(false);
  expect(isProven({ verifiedAt }, NOW)).toBe(true);
  expect(isProven({}, NOW)).toBe(false);
  expect(isProven(undefined, NOW)).toBe(false);
});
