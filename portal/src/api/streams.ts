import type { StreamingSession } from "@aws-sdk/client-nimble";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { paceOf } from "../app/queries";
import { useIdentity } from "../identity/identity";
import type { OpenStream } from "./operations";
import { SESSIONS } from "./sessions";

/** The streams by which a running session's desktop is seen, or may be by a link that is still good; newest first. */
export function useOpenStreams(session: StreamingSession): UseQueryResult<readonly OpenStream[]> {
  const { api } = useIdentity();
  const sessionId = session.sessionId ?? "";
  return useQuery({
    queryKey: [SESSIONS, sessionId, "streams", session.startedAt],
    queryFn: async ({ signal }) => {
      const found: OpenStream[] = [];
      let nextToken: string | undefined;
      do {
        const asked = { studioId: api.studioId, sessionId, ...(nextToken === undefined ? {} : { nextToken }) };
        const page = await api.additions.call("ListOpenStreams", asked, signal);
        found.push(...page.streams);
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return found;
    },
    enabled: session.state === "READY",
    refetchInterval: () => paceOf(false),
  });
}
