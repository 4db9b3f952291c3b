import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Api } from "../api/api";
import { BACKUPS, SESSIONS } from "../api/sessions";
import { useIdentity } from "../identity/identity";
import { feedPace } from "./queries";
import { blocks } from "./serverSentEvents";

/** Milliseconds before the feed is asked for: the page itself comes first. */
const FIRST = 2000;
/** Milliseconds until it is asked for again after it broke off, at first and at most. */
const AGAIN = 2000;
const AGAIN_AT_MOST = 60_000;

/**
 * Looks again at what has changed as soon as the server tells of it, and at everything when the person comes back to the page.
 * While nobody looks there is no feed: a browser opens few connections to one server, and other pages want theirs.
 */
export function useLiveUpdates(): void {
  const queries = useQueryClient();
  const { api } = useIdentity();
  useEffect(() => {
    let reading: AbortController | null = null;
    const begin = () => {
      reading ??= new AbortController();
      void follow(api, queries, reading.signal);
    };
    const changed = () => {
      if (document.visibilityState === "visible") {
        void queries.invalidateQueries({ predicate: ({ queryKey: [kind] }) => kind === SESSIONS || kind === BACKUPS || kind === "launch-profiles" });
        if (reading === null) begin();
      } else {
        reading?.abort();
        reading = null;
      }
    };
    if (document.visibilityState === "visible") begin();
    document.addEventListener("visibilitychange", changed);
    return () => {
      document.removeEventListener("visibilitychange", changed);
      reading?.abort();
    };
  }, [api, queries]);
}

/** Reads the feed until `signal` says that it is enough; a feed that breaks off is asked for again, and polling goes on meanwhile. */
async function follow(api: Api, queries: QueryClient, signal: AbortSignal): Promise<void> {
  let last = "";
  let pause = AGAIN;
  await pausing(FIRST, signal);
  while (!signal.aborted) {
    try {
      const headers = { accept: "text/event-stream", ...(last === "" ? {} : { "last-event-id": last }) };
      const answer = await api.additions.send("GET", "/greenroom/v1/events", headers, undefined, signal);
      // What happened while nobody listened.
      look(queries, "");
      feedPace.listening = true;
      for await (const { id, data } of blocks(answer)) {
        pause = AGAIN;
        if (id !== "") last = id;
        if (data !== "") look(queries, data);
      }
    } catch {
      // Refused, out of reach, or broken off: pages look by themselves as often as if there were no feed.
      pause = Math.min(pause * 2, AGAIN_AT_MOST);
    }
    const listened = feedPace.listening;
    feedPace.listening = false;
    // Where the server is gone, the pages find out now, and then look as often as without a feed.
    if (listened && !signal.aborted) look(queries, "");
    await pausing(pause, signal);
  }
}

/** Has what an event is of read again; everything where it does not say. */
function look(queries: QueryClient, data: string): void {
  const type = /"type":\s*"(\w+)\./.exec(data)?.[1];
  if (type !== "backup") void queries.invalidateQueries({ queryKey: [SESSIONS] });
  if (type !== "session") void queries.invalidateQueries({ queryKey: [BACKUPS] });
}

function pausing(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", over);
      resolve();
    };
    const timer = setTimeout(over, milliseconds);
    signal.addEventListener("abort", over);
  });
}
