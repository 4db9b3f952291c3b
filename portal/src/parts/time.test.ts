import { expect, it } from "vitest";
import { lengthOf, relative } from "./time";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

it("says lengths in the units that people use for them", () => {
  expect(lengthOf(42_000)).toBe("42 s");
  expect(lengthOf(59 * MINUTE)).toBe("59 min");
  expect(lengthOf(3 * HOUR + 58 * MINUTE)).toBe("3 h 58 min");
  expect(lengthOf(30 * HOUR)).toBe("30 h");
  expect(lengthOf(72 * HOUR)).toBe("3 days");
});

it("says whether it is past or to come", () => {
  expect(relative(new Date(0), 5 * MINUTE)).toBe("5 min ago");
  expect(relative(new Date(5 * MINUTE), 0)).toBe("in 5 min");
  expect(relative(new Date(3000), 0)).toBe("just now");
});
