import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { areKeysRefused, isPassing } from "../api/errors";

/** Milliseconds between two looks at something that is about to change, and at something that rests. */
export const SOON = 1500;
export const NOW_AND_THEN = 15_000;

/** How often a read that failed in passing is asked again before its error is shown; then the polling goes on. */
const TRIES = 2;

const whenRefused = new Set<() => void>();

/** Be told when the server refused the keys of a call; the function that is returned ends that. */
export function onKeysRefused(told: () => void): () => void {
  whenRefused.add(told);
  return () => whenRefused.delete(told);
}

const onError = (error: unknown) => {
  if (areKeysRefused(error)) for (const told of whenRefused) told();
};

export const queries = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
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
