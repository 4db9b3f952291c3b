/** What a form holds: the request as it will be sent, with "" where nothing is typed yet. */
export type Draft = Readonly<Record<string, unknown>>;

/** Where a value is: members and positions from 0, joined by dots: `initializationScripts.0.script`. */
export type Path = string;

export function valueAt(draft: Draft, path: Path): unknown {
  return path.split(".").reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], draft);
}

/** The same with another value there; objects on the way are made, nothing is changed in place. */
export function withValue(draft: Draft, path: Path, value: unknown): Draft {
  return replaced(draft, path.split("."), value) as Draft;
}

function replaced(holder: unknown, [step, ...steps]: readonly string[], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(holder)) {
    const items = [...(holder as readonly unknown[])];
    items[Number(step)] = replaced(items[Number(step)], steps, value);
    return items;
  }
  const members = (holder ?? {}) as Draft;
  return { ...members, [step]: replaced(members[step], steps, value) };
}

/** Without what is empty: texts of nothing, objects of nothing, blank lines of a list. A list of nothing stays: it says none. */
export function compacted(draft: Draft): Draft {
  return (compactedValue(draft) ?? {}) as Draft;
}

function compactedValue(value: unknown): unknown {
  if (value === "" || value === null) return undefined;
  if (Array.isArray(value)) {
    return (value as readonly unknown[])
      .filter((each) => each !== "" && each !== undefined && each !== null)
      .map((each) => compactedValue(each) ?? {});
  }
  if (typeof value !== "object") return value;
  const members = Object.entries(value as Draft)
    .map(([name, member]) => [name, compactedValue(member)] as const)
    .filter(([, member]) => member !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

/**
 * The members that an update has to name, both drafts compacted: those with another value.
 * A text that was taken away is sent as "", a list as [], as a member that is left out stays what it was.
 */
export function changes(before: Draft, after: Draft): Draft {
  const changed: Record<string, unknown> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const value = after[name];
    if (isSame(before[name], value)) continue;
    if (value !== undefined) changed[name] = value;
    else if (Array.isArray(before[name])) changed[name] = [];
    else if (typeof before[name] === "string") changed[name] = "";
  }
  return changed;
}

/** Whether two values say the same, whatever the order of their members. */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const names = Object.keys(one);
  if (names.length !== Object.keys(other).length) return false;
  return names.every((name) => name in other && isSame((one as Draft)[name], (other as Draft)[name]));
}

/** Whether it is a day of the calendar, written as 2027-01-31. */
export function isDay(value: unknown): value is string {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  // JavaScript takes the 31st of February for the 3rd of March.
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}
