/** What a listing is sorted by. */
export interface Order {
  readonly column: string;
  readonly descending: boolean;
}

/** What of a listing is shown; all of it is kept in the page's address. */
export interface View {
  /** By filter; one that is not set is not there. */
  readonly filters: Readonly<Record<string, string>>;
  /** None: the order in which the server lists. */
  readonly order: Order | null;
  /** The columns that are shown, in their order; none: those that the page shows at first. */
  readonly columns: readonly string[] | null;
  readonly size: number;
  /** Counts from 1. */
  readonly page: number;
}

export const SIZES = [25, 50, 100] as const;
const SORT = "sort";
const COLUMNS = "columns";
const SIZE = "size";
const PAGE = "page";

export interface Known {
  readonly filters: readonly string[];
  readonly columns: readonly string[];
}

/** What an address says; what it names and is not known is passed over. */
export function viewOf(address: URLSearchParams, known: Known): View {
  const filters: Record<string, string> = {};
  for (const name of known.filters) {
    const value = address.get(name) ?? "";
    if (value !== "") filters[name] = value;
  }
  const sort = address.get(SORT) ?? "";
  const column = sort.replace(/^-/, "");
  const columns = (address.get(COLUMNS) ?? "").split(",").filter((id) => known.columns.includes(id));
  const size = Number(address.get(SIZE));
  const page = Number(address.get(PAGE));
  return {
    filters,
    order: known.columns.includes(column) ? { column, descending: sort.startsWith("-") } : null,
    columns: columns.length === 0 ? null : [...new Set(columns)],
    size: SIZES.find((each) => each === size) ?? SIZES[0],
    page: Number.isInteger(page) && page > 1 ? page : 1,
  };
}

/** The address of another view of the same listing; other parameters stay. */
export function addressOf(address: URLSearchParams, known: Known, view: View): URLSearchParams {
  const next = new URLSearchParams(address);
  const set = (name: string, value: string | null) => (value === null || value === "" ? next.delete(name) : next.set(name, value));
  for (const name of known.filters) set(name, view.filters[name] ?? null);
  set(SORT, view.order === null ? null : `${view.order.descending ? "-" : ""}${view.order.column}`);
  set(COLUMNS, view.columns?.join(",") ?? null);
  set(SIZE, view.size === SIZES[0] ? null : String(view.size));
  set(PAGE, view.page === 1 ? null : String(view.page));
  return next;
}
