import { expect, test } from "vitest";
import { mentions, ordered } from "./order";

const rows = [{ v: "shot 10" }, { v: undefined }, { v: "Shot 9" }];

test("numbers in words count as numbers, and case does not matter", () => {
  expect(ordered(rows, ({ v }) => v, false).map(({ v }) => v)).toEqual(["Shot 9", "shot 10", undefined]);
});

test("rows without a value come last in both directions", () => {
  expect(ordered(rows, ({ v }) => v, true).map(({ v }) => v)).toEqual(["shot 10", "Shot 9", undefined]);
});

test("moments are sorted by time", () => {
  const moments = [new Date(3000), new Date(1000), new Date(2000)];
  expect(ordered(moments, (at) => at, true).map(Number)).toEqual([3000, 2000, 1000]);
});

test("ten thousand rows are sorted without being changed", () => {
  const many = Array.from({ length: 10_000 }, (_, n) => (n * 7919) % 10_000);
  expect(ordered(many, (n) => n, false)).toEqual(Array.from({ length: 10_000 }, (_, n) => n));
  expect(many[1]).toBe(7919);
});

test("a text is found whatever its case, and an absent one is not", () => {
  expect(mentions(" MIA ", "Mia Sand")).toBe(true);
  expect(mentions("mia", undefined, "ada")).toBe(false);
});
