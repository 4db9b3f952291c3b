import { useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { useIdentity } from "../identity/identity";
import type { PutScheduleRequest, Schedule } from "./operations";

const SCHEDULES = "schedules";
const OF_SESSION = "streaming-session";

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

/** Set and remove the hours of one session. */
export function useScheduleActs() {
  const { api } = useIdentity();
  const queries = useQueryClient();
  const look = () => queries.invalidateQueries({ queryKey: [SCHEDULES] });
  const of = (sessionId: string) => ({ studioId: api.studioId, targetType: OF_SESSION, targetId: sessionId }) as const;
  return {
    put: useMutation({
      mutationFn: ({ sessionId, hours }: { sessionId: string; hours: Hours }) =>
        api.additions.call("PutSchedule", { ...of(sessionId), ...hours }),
      onSettled: look,
    }),
    remove: useMutation({
      mutationFn: (sessionId: string) => api.additions.call("DeleteSchedule", of(sessionId)),
      onSettled: look,
    }),
  };
}
