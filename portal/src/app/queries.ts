import { QueryClient } from "@tanstack/react-query";
import { isPassing } from "../api/errors";

/** Milliseconds between two looks at something that is about to change, and at something that rests. */
export const SOON = 1500;
export const NOW_AND_THEN = 15_000;

/** How often a read that failed in passing is asked again before its error is shown; then the polling goes on. */
const TRIES = 2;

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      retry: (failures, error) => failures < TRIES && isPassing(error),
      // A server on the same machine answers although the browser says that it is offline.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});
