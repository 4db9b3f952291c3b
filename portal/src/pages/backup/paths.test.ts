import { expect, it } from "vitest";
import { crumbs } from "./paths";

it("leads to each folder on the way", () => {
  expect(crumbs("shots/sh010/plates")).toEqual([
    { name: "shots", path: "shots" },
    { name: "sh010", path: "shots/sh010" },
    { name: "plates", path: "shots/sh010/plates" },
  ]);
});

it("is empty where nobody went in", () => {
  expect(crumbs("")).toEqual([]);
});
