import { expect, it } from "vitest";
import { daysOf, WEEKDAYS, WORKDAYS, zones } from "./hours";

it("says days in the order of the week, and the usual sets by their name", () => {
  expect(daysOf(["FRIDAY", "MONDAY"])).toBe("Monday, Friday");
  expect(daysOf([...WORKDAYS].reverse())).toBe("Monday to Friday");
  expect(daysOf(WEEKDAYS)).toBe("Every day");
});

it("names every time zone once", () => {
  expect(new Set(zones()).size).toBe(zones().length);
});
