import { expect, it } from "vitest";
import { sizeOf } from "./size";

it("says sizes in the largest unit that leaves a readable number", () => {
  expect([0, 999, 1000, 1_234_567, 98_765_432_100].map(sizeOf)).toEqual(["0 B", "999 B", "1.0 kB", "1.2 MB", "99 GB"]);
});

it("goes to the next unit rather than to a thousand", () => {
  expect(sizeOf(999_600)).toBe("1.0 MB");
});
