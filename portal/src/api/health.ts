import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { NOW_AND_THEN } from "../app/queries";
import { useIdentity } from "../identity/identity";
import type { StudioHealth } from "./operations";

/** How the studio is, with its history of so many days. */
export function useHealth(days: number): UseQueryResult<StudioHealth> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: ["health", days],
    queryFn: async ({ signal }) =>
      (await api.additions.call("GetStudioHealth", { studioId: api.studioId, days }, signal)).health,
    refetchInterval: NOW_AND_THEN,
    // Another span of time is drawn over the one that was shown, not over nothing.
    placeholderData: (known) => known,
  });
}
