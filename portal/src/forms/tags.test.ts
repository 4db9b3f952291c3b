import { describe, expect, it } from "vitest";
import { forms } from "../strings/forms";
import { tagChanges, tagComplaints, tagRows, withTagMap } from "./tags";

const tags = [
  { key: "show", value: "dune" },
  { key: "", value: "lost" },
  { key: "show", value: "" },
];

describe("tags", () => {
  it("are rows while they are typed, and a map when they are sent", () => {
    expect(withTagMap({ name: "a", tags: tagRows({ show: "dune", shot: "" }) })).toEqual({ name: "a", tags: { show: "dune", shot: "" } });
    expect(withTagMap({ name: "a", tags: [{ key: "", value: "" }, {}] })).toEqual({ name: "a" });
    expect(withTagMap({ tags: [{ key: "shot" }] })).toEqual({ tags: { shot: "" } });
  });

  it("say what a map would swallow", () => {
    expect(Object.fromEntries(tagComplaints({ tags }))).toEqual({
      "tags.1.key": forms.tags.noKey,
      "tags.2.key": forms.tags.twice("show"),
    });
  });

  it("change by what is new, another or gone", () => {
    expect(tagChanges({ a: "1", b: "2", c: "3" }, { a: "1", b: "3", d: "4" })).toEqual({ set: { b: "3", d: "4" }, remove: ["c"] });
  });
});
