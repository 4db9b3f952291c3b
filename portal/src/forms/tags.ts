import { forms } from "../strings/forms";
import type { Complaints } from "./complaints";
import type { Draft } from "./draft";

/** A tag while it is being typed: its name may be missing, or another's. */
export interface TagRow {
  readonly key: string;
  readonly value: string;
}

function rowsIn(draft: Draft, member: string): readonly TagRow[] {
  return ((draft[member] ?? []) as readonly Partial<TagRow>[]).map(({ key = "", value = "" }) => ({ key, value }));
}

/** The tags of a draft as the map that the API takes; nothing where there are none. */
export function withTagMap(draft: Draft, member = "tags"): Draft {
  const { [member]: _rows, ...rest } = draft;
  const pairs = rowsIn(draft, member).filter(({ key }) => key !== "").map(({ key, value }) => [key, value] as const);
  return pairs.length === 0 ? rest : { ...rest, [member]: Object.fromEntries(pairs) };
}

export function tagRows(tags: Readonly<Record<string, string>> | undefined): readonly TagRow[] {
  return Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }));
}

/** What the map cannot tell any more: a value without a name, and a name twice. */
export function tagComplaints(draft: Draft, member = "tags"): Complaints {
  const found = new Map<string, string>();
  const seen = new Set<string>();
  for (const [position, { key, value }] of rowsIn(draft, member).entries()) {
    const place = `${member}.${position}.key`;
    if (key === "" && value !== "") found.set(place, forms.tags.noKey);
    else if (key !== "" && seen.has(key)) found.set(place, forms.tags.twice(key));
    seen.add(key);
  }
  return found;
}

/** What has to be set and what taken away, to get from the one to the other. */
export function tagChanges(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>) {
  return {
    set: Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value)),
    remove: Object.keys(before).filter((key) => !(key in after)),
  };
}
