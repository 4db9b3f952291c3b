import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { type Answered, gather } from "../../api/gathering";
import { NOW_AND_THEN, SOON } from "../../app/queries";
import type { View } from "./address";
import { ordered, type Sortable } from "./order";

/** Rows that are looked through before a person has to say that it is worth going on. */
const LOOKED_THROUGH = 10_000;
/** Readings that are looked at again by themselves; who has read further asks for it. */
const FEW = 3;

export interface Source<Item> {
  /** The key of its query: what is listed. */
  readonly of: readonly string[];
  /** One of the server's pages, by the filters that the server has. */
  readonly read: (filters: View["filters"], nextToken: string | undefined, signal: AbortSignal) => Promise<Answered<Item>>;
  /** Whether the filters that the server lacks let it through. */
  readonly keep: (item: Item) => boolean;
  /** Whether a row will soon be another by itself. */
  readonly isChanging?: ((item: Item) => boolean) | undefined;
  /** Whether it is looked at again by itself. */
  readonly polled: boolean;
  /** Whether what filters look at is there. */
  readonly enabled: boolean;
}

export interface Rows<Item> {
  /** Those of the page that is shown. */
  readonly shown: readonly Item[];
  /** How many are known; `more` where others may follow. */
  readonly known: number;
  readonly more: boolean;
  /** How many were looked at for that. */
  readonly looked: number;
  readonly pending: boolean;
  readonly reading: boolean;
  readonly error: Error | null;
  /** Set where it stopped before the end. */
  readonly further: (() => void) | null;
  readonly refresh: () => void;
}

/** The rows of a view, read from the server page by page as far as the view needs; an order needs them all. */
export function useRows<Item>(source: Source<Item>, view: View, valueOf: ((item: Item) => Sortable) | null): Rows<Item> {
  const [limit, setLimit] = useState(LOOKED_THROUGH);
  const query = useInfiniteQuery({
    queryKey: [...source.of, "listing", view.filters],
    queryFn: ({ pageParam, signal }) =>
      gather((token) => source.read(view.filters, token, signal), source.keep, view.size, pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextToken,
    enabled: source.enabled,
    refetchInterval: ({ state: { data } }) => {
      if (!source.polled || data === undefined || data.pages.length > FEW) return false;
      const { isChanging } = source;
      return isChanging !== undefined && data.pages.some((page) => page.items.some(isChanging)) ? SOON : NOW_AND_THEN;
    },
  });
  const { data, hasNextPage, isFetching, fetchNextPage, error } = query;
  const read = useMemo(() => data?.pages.flatMap((page) => page.items) ?? [], [data]);
  const looked = data?.pages.reduce((sum, page) => sum + page.looked, 0) ?? 0;
  const descending = view.order?.descending ?? false;
  // `valueOf` is made anew at each drawing; the column that it stands for is in the order.
  const inOrder = useMemo(
    () => (valueOf === null ? read : ordered(read, valueOf, descending)),
    [read, view.order?.column, descending],
  );
  const wants = hasNextPage && (valueOf !== null || read.length < view.page * view.size);
  const stopped = wants && looked >= limit;
  useEffect(() => {
    if (wants && !stopped && !isFetching && error === null) void fetchNextPage();
  }, [wants, stopped, isFetching, error, fetchNextPage]);
  return {
    shown: inOrder.slice((view.page - 1) * view.size, view.page * view.size),
    known: read.length,
    more: hasNextPage,
    looked,
    pending: query.isPending,
    reading: wants && !stopped && error === null,
    error,
    further: stopped ? () => setLimit(looked + LOOKED_THROUGH) : null,
    refresh: () => void query.refetch(),
  };
}
