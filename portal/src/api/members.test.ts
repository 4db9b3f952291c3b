import { expect, it } from "vitest";
import { slices } from "./members";

it("members are sent in parts that the server takes", () => {
  expect(slices([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(slices([], 20)).toEqual([]);
});
