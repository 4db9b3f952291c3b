import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useIdentity } from "../identity/identity";
import { useAct } from "./act";
import type { Api } from "./api";
import type { PutScheduleRequest, Schedule } from "./operations";

/** The key of what is known of them. */
export const SCHEDULES = "schedules";

/** The schedules of the signed-in person's sessions. */
export function useMySchedules(): UseQueryResult<readonly Schedule[]> {
  const { api, user } = useIdentity();
  return useQuery({
    queryKey: [SCHEDULES, "mine"],
    queryFn: async ({ signal }) => {
      const all: Schedule[] = [];
      let nextToken: string | undefined;
      do {
        const asked = { studioId: api.studioId, ownedBy: user.principalId, ...(nextToken === undefined ? {} : { nextToken }) };
        const page = await api.additions.call("ListSchedules", asked, signal);
        all.push(...(page.schedules ?? []));
        nextToken = page.nextToken;
      } while (nextToken !== undefined);
      return all;
    },
  });
}

export type Hours = Pick<PutScheduleRequest, "startAt" | "stopAt" | "weekdays" | "timeZone">;

/** What sets the hours of one session. */
export const hoursOf = (api: Api, sessionId: string, hours: Hours): PutScheduleRequest => ({ ...of(api, sessionId), ...hours });

/** Remove the hours of one session. */
export function useRemoveSchedule() {
  const { api } = useIdentity();
  return useAct((sessionId: string) => api.additions.call("DeleteSchedule", of(api, sessionId)), SCHEDULES);
}

function of(api: Api, sessionId: string) {
  return { studioId: api.studioId, targetType: "streaming-session", targetId: sessionId } as const;
}
