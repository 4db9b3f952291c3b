import {
  CreateStreamingSessionCommand,
  type CreateStreamingSessionCommandInput,
  DeleteStreamingSessionCommand,
  GetStreamingSessionCommand,
  type LaunchProfile,
  paginateListLaunchProfiles,
  paginateListStreamingSessions,
  StartStreamingSessionCommand,
  StopStreamingSessionCommand,
  type StreamingSession,
} from "@aws-sdk/client-nimble";
import { queryOptions, useMutation, type UseMutationResult, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { NOW_AND_THEN, paceOf } from "../app/queries";
import { type Identity, useIdentity } from "../identity/identity";

export const SESSIONS = "sessions";
export const BACKUPS = "backups";

/** Whether the server is at work on it, so that it will change by itself. */
export function isChanging(thing: { readonly state?: string | undefined } | undefined): boolean {
  return thing?.state?.endsWith("_IN_PROGRESS") ?? false;
}

/** Milliseconds until they are looked at again. */
export function pauseFor(things: readonly { readonly state?: string | undefined }[] | undefined): number {
  return paceOf(things?.some(isChanging) ?? false);
}

/** How the sessions of the signed-in person are read, newest first. */
export function mySessions({ api, user }: Identity) {
  return queryOptions({
    queryKey: [SESSIONS, "mine"],
    queryFn: ({ signal }) =>
      collected(
        paginateListStreamingSessions({ client: api.nimble }, { studioId: api.studioId, ownedBy: user.principalId }),
        (page) => page.sessions,
        signal,
      ),
    select: (sessions) => sessions.filter((session) => session.state !== "DELETED").sort(newestFirst),
    refetchInterval: ({ state }) => pauseFor(state.data),
  });
}

export const useMySessions = (): UseQueryResult<StreamingSession[]> => useQuery(mySessions(useIdentity()));

/** One session. */
export function useSession(sessionId: string): UseQueryResult<StreamingSession> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [SESSIONS, sessionId],
    queryFn: async ({ signal }) => {
      const asked = new GetStreamingSessionCommand({ studioId: api.studioId, sessionId });
      return (await api.nimble.send(asked, { abortSignal: signal })).session ?? {};
    },
    refetchInterval: ({ state }) => pauseFor(state.data && [state.data]),
  });
}

/** How the launch profiles are read that the signed-in person may launch from. */
export function myProfiles({ api, user }: Identity) {
  return queryOptions({
    queryKey: ["launch-profiles", "mine"],
    queryFn: ({ signal }) =>
      collected(
        paginateListLaunchProfiles(
          { client: api.nimble },
          { studioId: api.studioId, principalId: user.principalId, states: ["READY"] },
        ),
        (page) => page.launchProfiles,
        signal,
      ),
    staleTime: NOW_AND_THEN,
  });
}

export const useMyProfiles = (): UseQueryResult<LaunchProfile[]> => useQuery(myProfiles(useIdentity()));

export interface SessionActs {
  readonly launch: UseMutationResult<StreamingSession, Error, Omit<CreateStreamingSessionCommandInput, "studioId">>;
  readonly start: UseMutationResult<unknown, Error, { sessionId: string; backupId?: string }>;
  readonly stop: UseMutationResult<unknown, Error, { sessionId: string }>;
  readonly terminate: UseMutationResult<unknown, Error, { sessionId: string }>;
  readonly backUp: UseMutationResult<unknown, Error, { sessionId: string; note?: string }>;
}

/** What can be done with sessions; what they changed is looked at again at once. */
export function useSessionActs(): SessionActs {
  const { api } = useIdentity();
  const queries = useQueryClient();
  const studioId = api.studioId;
  const look = async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: [SESSIONS] }),
      queries.invalidateQueries({ queryKey: [BACKUPS] }),
    ]);
  };
  const acts = {
    launch: useMutation({
      mutationFn: async (input: Omit<CreateStreamingSessionCommandInput, "studioId">) =>
        (await api.nimble.send(new CreateStreamingSessionCommand({ studioId, ...input }))).session ?? {},
      onSettled: look,
    }),
    start: useMutation({
      mutationFn: (input: { sessionId: string; backupId?: string }) =>
        api.nimble.send(new StartStreamingSessionCommand({ studioId, ...input })),
      onSettled: look,
    }),
    stop: useMutation({
      mutationFn: (input: { sessionId: string }) =>
        api.nimble.send(new StopStreamingSessionCommand({ studioId, ...input })),
      onSettled: look,
    }),
    terminate: useMutation({
      mutationFn: (input: { sessionId: string }) =>
        api.nimble.send(new DeleteStreamingSessionCommand({ studioId, ...input })),
      onSettled: look,
    }),
    backUp: useMutation({
      mutationFn: (input: { sessionId: string; note?: string }) =>
        api.additions.call("CreateStreamingSessionBackup", { studioId, ...input }),
      onSettled: look,
    }),
  };
  return acts;
}

/** Every page of a listing. */
export async function collected<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
  signal?: AbortSignal,
): Promise<Item[]> {
  const items: Item[] = [];
  for await (const page of pages) {
    signal?.throwIfAborted();
    items.push(...(itemsOf(page) ?? []));
  }
  return items;
}

/** By when they were made; for `sort`. */
export function newestFirst(one: { createdAt?: Date | undefined }, other: { createdAt?: Date | undefined }): number {
  return (other.createdAt?.getTime() ?? 0) - (one.createdAt?.getTime() ?? 0);
}
