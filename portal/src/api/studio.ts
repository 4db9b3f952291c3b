import {
  ListEulasCommand,
  ListLaunchProfilesCommand,
  ListStreamingImagesCommand,
  ListStreamingSessionBackupsCommand,
  ListStreamingSessionsCommand,
  ListStudioComponentsCommand,
  ListStudioMembersCommand,
  type Eula,
  type LaunchProfile,
  paginateListLaunchProfiles,
  type StreamingImage,
  type StreamingSession,
  type StreamingSessionBackup,
  type StudioComponent,
  type StudioMembership,
} from "@aws-sdk/client-nimble";
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { NOW_AND_THEN } from "../app/queries";
import { useIdentity } from "../identity/identity";
import type { Api } from "./api";
import type { Answered } from "./gathering";
import type { StreamingSessionBackupDetails, StudioUser } from "./operations";
import { collected } from "./sessions";

/** Keys of queries; what changes one of these things has them looked at again. */
export const USERS = "users";
export const POLICIES = "policies";
export const PROFILES = "launch-profiles";
export const COMPONENTS = "studio-components";
export const IMAGES = "streaming-images";
export const EULAS = "eulas";
export const MEMBERS = "members";

type NextToken = string | undefined;

/** Those members that are set: the client takes no other. */
function given<T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}

/** One page of everybody's sessions, or of one person's. */
export async function readSessions(
  api: Api,
  ownedBy: string | undefined,
  nextToken: NextToken,
  signal: AbortSignal,
): Promise<Answered<StreamingSession>> {
  const asked = new ListStreamingSessionsCommand({ studioId: api.studioId, ...given({ nextToken, ownedBy }) });
  const page = await api.nimble.send(asked, { abortSignal: signal });
  return { items: page.sessions ?? [], nextToken: page.nextToken };
}

/** A backup, and what Greenroom knows of it beyond the API. */
export type KnownBackup = StreamingSessionBackup & { readonly details?: StreamingSessionBackupDetails | undefined };

/** One page of everybody's backups, or of one person's, with their details. */
export async function readBackups(
  api: Api,
  ownedBy: string | undefined,
  nextToken: NextToken,
  signal: AbortSignal,
): Promise<Answered<KnownBackup>> {
  // Each of the two listings goes on where it was itself.
  const [token, detailsToken] = nextToken === undefined ? [] : (JSON.parse(nextToken) as (string | undefined)[]);
  const asked = new ListStreamingSessionBackupsCommand({ studioId: api.studioId, ...given({ nextToken: token, ownedBy }) });
  const [page, told] = await Promise.all([
    api.nimble.send(asked, { abortSignal: signal }),
    api.additions.call(
      "ListStreamingSessionBackupDetails",
      { studioId: api.studioId, ...given({ nextToken: detailsToken, ownedBy }) },
      signal,
    ),
  ]);
  const details = new Map(told.details.map((each) => [each.backupId, each]));
  const items = (page.streamingSessionBackups ?? []).map(async (backup): Promise<KnownBackup> => {
    const { backupId = "" } = backup;
    // Where a backup came between the two questions, one at the pages' end is in one of them only.
    return { ...backup, details: details.get(backupId) ?? (await readDetails(api, backupId, signal)) };
  });
  const next = page.nextToken === undefined ? undefined : JSON.stringify([page.nextToken, told.nextToken]);
  return { items: await Promise.all(items), nextToken: next };
}

async function readDetails(api: Api, backupId: string, signal: AbortSignal): Promise<StreamingSessionBackupDetails | undefined> {
  return (await api.additions.call("GetStreamingSessionBackupDetails", { studioId: api.studioId, backupId }, signal)).details;
}

export async function readProfiles(api: Api, nextToken: NextToken, signal: AbortSignal): Promise<Answered<LaunchProfile>> {
  const page = await api.nimble.send(new ListLaunchProfilesCommand({ studioId: api.studioId, ...given({ nextToken }) }), {
    abortSignal: signal,
  });
  return { items: page.launchProfiles ?? [], nextToken: page.nextToken };
}

export async function readComponents(
  api: Api,
  nextToken: NextToken,
  signal: AbortSignal,
): Promise<Answered<StudioComponent>> {
  const page = await api.nimble.send(new ListStudioComponentsCommand({ studioId: api.studioId, ...given({ nextToken }) }), {
    abortSignal: signal,
  });
  return { items: page.studioComponents ?? [], nextToken: page.nextToken };
}

/** `owner` is the id of an account, or "amazon" for the images that come with Greenroom. */
export async function readImages(
  api: Api,
  owner: string | undefined,
  nextToken: NextToken,
  signal: AbortSignal,
): Promise<Answered<StreamingImage>> {
  const page = await api.nimble.send(new ListStreamingImagesCommand({ studioId: api.studioId, ...given({ nextToken, owner }) }), {
    abortSignal: signal,
  });
  return { items: page.streamingImages ?? [], nextToken: page.nextToken };
}

export async function readEulas(api: Api, nextToken: NextToken, signal: AbortSignal): Promise<Answered<Eula>> {
  const page = await api.nimble.send(new ListEulasCommand(given({ nextToken })), { abortSignal: signal });
  return { items: page.eulas ?? [], nextToken: page.nextToken };
}

export async function readMembers(
  api: Api,
  nextToken: NextToken,
  signal: AbortSignal,
): Promise<Answered<StudioMembership>> {
  const page = await api.nimble.send(new ListStudioMembersCommand({ studioId: api.studioId, ...given({ nextToken }) }), {
    abortSignal: signal,
  });
  return { items: page.members ?? [], nextToken: page.nextToken };
}

/** Everybody who can sign in, by name. */
export function useUsers(): UseQueryResult<readonly StudioUser[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [USERS, "all"],
    queryFn: async ({ signal }) => (await api.additions.call("ListUsers", {}, signal)).users,
    staleTime: NOW_AND_THEN,
  });
}

/** Every launch profile of the studio. */
export function useProfiles(): UseQueryResult<readonly LaunchProfile[]> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [PROFILES, "all"],
    queryFn: ({ signal }) =>
      collected(
        paginateListLaunchProfiles({ client: api.nimble }, { studioId: api.studioId }),
        (page) => page.launchProfiles,
        signal,
      ),
    staleTime: NOW_AND_THEN,
  });
}

/** The names of people and launch profiles by their ids. */
export interface Names {
  /** Whether they are known, or cannot be. */
  readonly ready: boolean;
  readonly people: readonly StudioUser[];
  /** An id that has no name is told itself. */
  readonly person: (principalId: string | undefined) => string;
  readonly profile: (launchProfileId: string | undefined) => string;
}

export function useNames(): Names {
  const users = useUsers();
  const profiles = useProfiles();
  return {
    ready: !users.isPending && !profiles.isPending,
    people: users.data ?? [],
    person: (id = "") => users.data?.find(({ principalId }) => principalId === id)?.userName ?? id,
    profile: (id = "") => profiles.data?.find(({ launchProfileId }) => launchProfileId === id)?.name ?? id,
  };
}
