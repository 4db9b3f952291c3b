import type { StreamingSession } from "@aws-sdk/client-nimble";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useIdentity } from "../identity/identity";
import { statusOf } from "./errors";

/** Milliseconds between two pictures of a desktop. */
const PAUSE = 30_000;

/** The address of a picture of a running session's desktop; null while there is none. */
export function useThumbnail(session: StreamingSession): string | null {
  const { api } = useIdentity();
  const sessionId = session.sessionId ?? "";
  const picture = useQuery({
    queryKey: ["thumbnails", sessionId],
    enabled: session.state === "READY",
    queryFn: async ({ signal }) => {
      try {
        const answer = await api.additions.fetch("GetStreamingSessionThumbnail", { studioId: api.studioId, sessionId }, signal);
        return await answer.blob();
      } catch (error) {
        // Of a desktop that has just come up there is none yet; an engine may make none at all.
        if (statusOf(error) === 404) return null;
        throw error;
      }
    },
    retry: false,
    staleTime: PAUSE / 2,
    refetchInterval: PAUSE,
  }).data;
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    if (picture == null) {
      setAddress(null);
      return;
    }
    const made = URL.createObjectURL(picture);
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  return session.state === "READY" ? address : null;
}
