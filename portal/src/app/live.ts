import { useEffect } from "react";
import { useQueryClient } from "@tanstack/react-query";

/** Looks again at everything on the page when the person comes back to it. */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  useEffect(() => {
    const again = () => {
      if (document.visibilityState === "visible") void queries.invalidateQueries({ predicate: (query) => query.queryKey[0] !== "auth" && query.queryKey[0] !== "constraints" });
    };
    document.addEventListener("visibilitychange", again);
    return () => document.removeEventListener("visibilitychange", again);
  }, [queries]);
}
