import { expect, it } from "vitest";
import { moved } from "./order";

it("an item of a list is moved up and down, and one that is not there nowhere", () => {
  expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "c", "b"]);
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  expect(moved(["a"], 3, 0)).toEqual(["a"]);
});
