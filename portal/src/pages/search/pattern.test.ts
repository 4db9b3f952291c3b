import { expect, it } from "vitest";
import { folderOf, patternOf } from "./pattern";

it("looks for a part of a name where no wildcard is given", () => {
  expect(patternOf("shot")).toBe("*shot*");
  expect(patternOf("*.exr")).toBe("*.exr");
  expect(patternOf("")).toBe("");
});

it("knows the folder of a path", () => {
  expect(folderOf("shots/sh010/plate.exr")).toBe("shots/sh010");
  expect(folderOf("plate.exr")).toBe("");
});
