import {
  DeleteLaunchProfileMemberCommand,
  DeleteStudioMemberCommand,
  type LaunchProfileMembership,
  paginateListLaunchProfileMembers,
  PutLaunchProfileMembersCommand,
  PutStudioMembersCommand,
} from "@aws-sdk/client-nimble";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { NOW_AND_THEN } from "../app/queries";
import { useIdentity } from "../identity/identity";
import type { Api } from "./api";
import { collected } from "./sessions";
import { MEMBERS } from "./studio";

/** Greenroom's own people; what else a member may say of its store is kept and shown as it is. */
const IDENTITY_STORE = "d-greenroom0";
/** How many one call takes. */
const AT_ONCE = 20;

/** Everybody who may launch from the profile. */
export function useProfileMembers(launchProfileId: string): UseQueryResult<LaunchProfileMembership[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [MEMBERS, launchProfileId],
    queryFn: ({ signal }) =>
      collected(
        paginateListLaunchProfileMembers({ client: api.nimble }, { studioId: api.studioId, launchProfileId }),
        (page) => page.members,
        signal,
      ),
    refetchInterval: NOW_AND_THEN,
  });
}

export async function putProfileMembers(api: Api, launchProfileId: string, people: readonly string[]): Promise<void> {
  for (const principalIds of slices(people, AT_ONCE)) {
    const members = principalIds.map((principalId) => ({ principalId, persona: "USER" as const }));
    await api.nimble.send(
      new PutLaunchProfileMembersCommand({ studioId: api.studioId, launchProfileId, identityStoreId: IDENTITY_STORE, members }),
    );
  }
}

export async function putStudioMembers(api: Api, people: readonly string[]): Promise<void> {
  for (const principalIds of slices(people, AT_ONCE)) {
    const members = principalIds.map((principalId) => ({ principalId, persona: "ADMINISTRATOR" as const }));
    await api.nimble.send(new PutStudioMembersCommand({ studioId: api.studioId, identityStoreId: IDENTITY_STORE, members }));
  }
}

export const deleteProfileMember = (api: Api, launchProfileId: string, principalId: string) =>
  api.nimble.send(new DeleteLaunchProfileMemberCommand({ studioId: api.studioId, launchProfileId, principalId }));

export const deleteStudioMember = (api: Api, principalId: string) =>
  api.nimble.send(new DeleteStudioMemberCommand({ studioId: api.studioId, principalId }));

/** The input of a Put, for showing it as a command line. */
export function membersInput(people: readonly string[], persona: string) {
  return { identityStoreId: IDENTITY_STORE, members: people.map((principalId) => ({ principalId, persona })) };
}

/** A list in parts of at most so many. */
export function slices<Item>(items: readonly Item[], most: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / most) }, (_, part) => items.slice(part * most, (part + 1) * most));
}
