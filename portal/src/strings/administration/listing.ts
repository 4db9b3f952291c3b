/** Words that every listing of the administrators' pages uses. */
export const listing = {
  all: "All",
  clear: "Clear filters and order",
  filterClear: "Clear this filter",
  find: (label: string) => `Find: ${label}`,
  count: (shown: number, more: boolean) => `(${shown.toLocaleString("en")}${more ? "+" : ""})`,
  looked: (kept: number, looked: number) =>
    `${kept.toLocaleString("en")} of ${looked.toLocaleString("en")}`,
  reading: (looked: number) => `Reading: ${looked.toLocaleString("en")} so far`,
  partly: (looked: number) =>
    `There is more: the first ${looked.toLocaleString("en")} were looked through, and what is shown is of these alone.`,
  further: "Look further",
  noMatch: "Nothing matches",
  noMatchText: "Nothing is there that these filters let through.",
  rows: (n: number) => `${n} rows`,
  preferences: "Columns and rows",
  pageSize: "Rows a page",
  columns: "Columns",
  columnsText: "Which are shown, and in which order. The address of this page keeps it.",
  confirm: "Show it so",
  refresh: "Refresh",
  previous: "Previous page",
  next: "Next page",
  page: (n: number) => `Page ${n}`,
  actions: "Actions",
};
