import {
  CreateStreamingSessionStreamCommand,
  GetStreamingSessionStreamCommand,
  type StreamingSession,
} from "@aws-sdk/client-nimble";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import type { Api } from "../../api/api";
import { useIdentity } from "../../identity/identity";

/** Milliseconds between two looks whether a stream is ready, and how often it is looked at most. */
const PAUSE = 300;
const LOOKS = 100;

/**
 * The way into a session's desktop, as a path on this server. `attempt`: another one, another stream. A session that was
 * started anew gets another one too, because the way into the earlier run is closed.
 */
export function useStream(session: StreamingSession | undefined, attempt: number): UseQueryResult<string> {
  const { api } = useIdentity();
  const sessionId = session?.sessionId ?? "";
  return useQuery({
    queryKey: ["stream", sessionId, session?.startedAt?.getTime() ?? session?.createdAt?.getTime() ?? 0, attempt],
    enabled: session?.state === "READY",
    queryFn: ({ signal }) => openStream(api, sessionId, signal),
    // A link opens once: it is neither read again nor kept for a later visit.
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

async function openStream(api: Api, sessionId: string, signal: AbortSignal): Promise<string> {
  const asked = { studioId: api.studioId, sessionId };
  const created = await api.nimble.send(new CreateStreamingSessionStreamCommand(asked), { abortSignal: signal });
  const streamId = created.stream?.streamId ?? "";
  for (let look = 0; look < LOOKS; look += 1) {
    const { stream } = await api.nimble.send(new GetStreamingSessionStreamCommand({ ...asked, streamId }), {
      abortSignal: signal,
    });
    if (stream?.state === "READY" && stream.url !== undefined) return ownPath(stream.url);
    if (stream?.state?.endsWith("_FAILED")) throw new Error(stream.statusCode ?? stream.state);
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
    signal.throwIfAborted();
  }
  throw new Error("STREAM_CREATE_IN_PROGRESS");
}

/** The path of a stream's URL: the server may know itself by another name than this browser knows it by. */
export function ownPath(url: string): string {
  const { pathname, search } = new URL(url, "http://server");
  return pathname + search;
}
