import { describe, expect, it } from "vitest";
import { changes, compacted, isDay, isSame, valueAt, withValue } from "./draft";

describe("a draft", () => {
  const draft = { name: "a", inner: { list: [{ key: "k" }, { key: "l" }] } };

  it("is read and written by paths, and never changed in place", () => {
    expect(valueAt(draft, "inner.list.1.key")).toBe("l");
    expect(valueAt(draft, "none.of.it")).toBeUndefined();
    expect(withValue(draft, "inner.list.1.key", "m")).toEqual({ name: "a", inner: { list: [{ key: "k" }, { key: "m" }] } });
    expect(withValue({}, "one.two", 3)).toEqual({ one: { two: 3 } });
    expect(draft.inner.list[1]?.key).toBe("l");
  });

  it("is sent without what is empty, but with the lists that say none", () => {
    expect(compacted({ name: "", inner: { deep: { text: "" } }, lines: ["", "b", ""], rows: [{ key: "" }], none: [], zero: 0 })).toEqual({
      lines: ["b"],
      rows: [{}],
      none: [],
      zero: 0,
    });
  });

  it("is told as the members that changed", () => {
    const before = { name: "a", description: "long", list: ["x"], same: { b: 1, a: [2] } };
    expect(changes(before, { name: "b", same: { a: [2], b: 1 } })).toEqual({ name: "b", description: "", list: [] });
    expect(changes(before, before)).toEqual({});
    expect(changes({}, { name: "new" })).toEqual({ name: "new" });
  });

  it("is the same whatever the order of its members, but not of its items", () => {
    expect(isSame({ a: 1, b: [1, 2] }, { b: [1, 2], a: 1 })).toBe(true);
    expect(isSame([1, 2], [2, 1])).toBe(false);
    expect(isSame({ a: undefined }, { b: undefined })).toBe(false);
    expect(isSame([], {})).toBe(false);
  });
});

it("a day is one of the calendar", () => {
  expect(["2027-01-31", "2028-02-29"].every(isDay)).toBe(true);
  expect(["2027-02-31", "2027-1-1", "tomorrow", "", undefined].some(isDay)).toBe(false);
});
