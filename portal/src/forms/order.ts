/** The list with one item at another place. */
export function moved<Item>(items: readonly Item[], from: number, to: number): readonly Item[] {
  const rest = items.filter((_, position) => position !== from);
  const [item] = items.slice(from, from + 1);
  return item === undefined ? items : [...rest.slice(0, to), item, ...rest.slice(to)];
}
