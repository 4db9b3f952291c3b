import { useCallback, useMemo } from "react";
import { useSearchParams } from "react-router";
import { addressOf, type Known, type View, viewOf } from "./address";

/** What of a listing is shown, and how to show it otherwise; what is changed shows its first page again. */
export function useView(known: Known): [View, (change: Partial<View>) => void] {
  const [address, go] = useSearchParams();
  const view = useMemo(() => viewOf(address, known), [address, known]);
  const change = useCallback(
    (changed: Partial<View>) =>
      // Of one listing's views the last one alone is remembered: Back leaves the page.
      go((now) => addressOf(now, known, { ...viewOf(now, known), page: 1, ...changed }), { replace: true }),
    [go, known],
  );
  return [view, change];
}
