/** What a row can be sorted by. */
export type Sortable = string | number | Date | undefined;

const inWords = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** A new list in the order of its rows' values; rows without one come last, whichever way it goes. */
export function ordered<Item>(items: readonly Item[], valueOf: (item: Item) => Sortable, descending: boolean): Item[] {
  const keyed = items.map((item) => ({ item, value: valueOf(item) }));
  keyed.sort((one, other) => {
    if (one.value === undefined || other.value === undefined) return Number(one.value === undefined) - Number(other.value === undefined);
    const sign = compared(one.value, other.value);
    return descending ? -sign : sign;
  });
  return keyed.map(({ item }) => item);
}

function compared(one: string | number | Date, other: string | number | Date): number {
  if (typeof one === "string" || typeof other === "string") return inWords.compare(String(one), String(other));
  return Number(one) - Number(other);
}

/** Whether one of the texts has what was typed, whatever the case. */
export function mentions(typed: string, ...texts: readonly (string | undefined)[]): boolean {
  const sought = typed.trim().toLowerCase();
  return texts.some((text) => text?.toLowerCase().includes(sought) ?? false);
}
