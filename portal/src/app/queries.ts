import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import { areKeysRefused, isPassing } from "../api/errors";

/** Milliseconds between two looks at something that is about to change, and at something that rests. */
export const SOON = 1500;
export const NOW_AND_THEN = 15_000;
/** The same while the server itself tells of every change, in case that something of it is missed. */
const SOON_WITH_FEED = 5000;
const NOW_AND_THEN_WITH_FEED = 60_000;

/** Whether the feed of events is being read. */
export const feedPace = { listening: false };

/** Milliseconds until something is looked at again. */
export function paceOf(changing: boolean): number {
  if (feedPace.listening) return changing ? SOON_WITH_FEED : NOW_AND_THEN_WITH_FEED;
  return changing ? SOON : NOW_AND_THEN;
}

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
      // A slow browser takes that long from asking to showing.
      staleTime: 3000,
      retry: (failures, error) => failures < TRIES && isPassing(error),
      // A server on the same machine answers although the browser says that it is offline.
      networkMode: "always",
    },
    mutations: { networkMode: "always" },
  },
});
