import { AcceptEulasCommand, type EulaAcceptance, paginateListEulaAcceptances } from "@aws-sdk/client-nimble";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { NOW_AND_THEN } from "../app/queries";
import { useIdentity } from "../identity/identity";
import type { Api } from "./api";
import { collected } from "./sessions";
import { EULAS } from "./studio";

/** What the studio has accepted. */
export function useAcceptances(): UseQueryResult<EulaAcceptance[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [EULAS, "acceptances"],
    queryFn: ({ signal }) =>
      collected(paginateListEulaAcceptances({ client: api.nimble }, { studioId: api.studioId }), (page) => page.eulaAcceptances, signal),
    staleTime: NOW_AND_THEN,
  });
}

export const acceptEulas = (api: Api, eulaIds: readonly string[]) =>
  api.nimble.send(new AcceptEulasCommand({ studioId: api.studioId, eulaIds: [...eulaIds] }));
