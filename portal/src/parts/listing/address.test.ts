import { expect, test } from "vitest";
import { addressOf, viewOf, type View } from "./address";

const known = { filters: ["state", "find"], columns: ["name", "made", "owner"] };
const read = (text: string) => viewOf(new URLSearchParams(text), known);

test("a plain address shows everything as the server lists it", () => {
  expect(read("")).toEqual({ filters: {}, order: null, columns: null, size: 25, page: 1 });
});

test("what is shown comes back out of its address", () => {
  const view: View = {
    filters: { state: "READY", find: "a & b" },
    order: { column: "made", descending: true },
    columns: ["owner", "name"],
    size: 100,
    page: 3,
  };
  expect(read(addressOf(new URLSearchParams(), known, view).toString())).toEqual(view);
});

test("what an address names and nobody knows is passed over", () => {
  expect(read("sort=-secret&columns=name,secret,name&size=7&page=-2&other=1")).toEqual({
    filters: {},
    order: null,
    columns: ["name"],
    size: 25,
    page: 1,
  });
});

test("what is as at first is not written, and what belongs to others stays", () => {
  const before = new URLSearchParams("state=READY&page=4&tab=files");
  expect(addressOf(before, known, read("")).toString()).toBe("tab=files");
});
