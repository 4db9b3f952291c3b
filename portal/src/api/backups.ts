import {
  GetStreamingSessionBackupCommand,
  ListStreamingSessionBackupsCommand,
  type StreamingSession,
  type StreamingSessionBackup,
} from "@aws-sdk/client-nimble";
import {
  infiniteQueryOptions,
  type InfiniteData,
  keepPreviousData,
  type QueryKey,
  queryOptions,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { NOW_AND_THEN, SOON, paceOf } from "../app/queries";
import { type Identity, useIdentity } from "../identity/identity";
import type { Api } from "./api";
import type { StreamingSessionBackupDetails, StreamingSessionDetails } from "./operations";
import { BACKUPS, isChanging, pauseFor, SESSIONS } from "./sessions";

/** As many backups as the server lists at once, newest first; `nextToken` leads to older ones. */
export interface BackupPage {
  readonly backups: readonly StreamingSessionBackup[];
  readonly nextToken?: string;
}

async function pageOf(api: Api, ownedBy: string, nextToken: string, signal: AbortSignal): Promise<BackupPage> {
  const asked = new ListStreamingSessionBackupsCommand({
    studioId: api.studioId,
    ownedBy,
    ...(nextToken === "" ? {} : { nextToken }),
  });
  const answer = await api.nimble.send(asked, { abortSignal: signal });
  const backups = answer.streamingSessionBackups ?? [];
  return answer.nextToken === undefined ? { backups } : { backups, nextToken: answer.nextToken };
}

/** How somebody's newest backups are read, of sessions that are gone as well: one page, however many there are. */
export function newestBackups({ api }: Pick<Identity, "api">, ownedBy: string) {
  return queryOptions({
    queryKey: [BACKUPS, "newest", ownedBy],
    queryFn: ({ signal }) => pageOf(api, ownedBy, "", signal),
    enabled: ownedBy !== "",
    refetchInterval: ({ state }) => pauseFor(state.data?.backups),
  });
}

/** Pages that are looked at again as often as one; beyond them it is done when something has happened. */
const POLLED_PAGES = 3;

/** How somebody's backups are read page by page, newest first. */
export function backupPages({ api }: Pick<Identity, "api">, ownedBy: string) {
  return infiniteQueryOptions<BackupPage, Error, InfiniteData<BackupPage, string>, QueryKey, string>({
    queryKey: [BACKUPS, "pages", ownedBy],
    queryFn: ({ pageParam, signal }) => pageOf(api, ownedBy, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page: BackupPage) => page.nextToken,
    enabled: ownedBy !== "",
    refetchInterval: ({ state }) =>
      (state.data?.pages.length ?? 0) > POLLED_PAGES ? false : pauseFor(state.data?.pages.flatMap((page) => page.backups)),
  });
}

export const useBackupPages = (ownedBy: string): UseInfiniteQueryResult<InfiniteData<BackupPage, string>> =>
  useInfiniteQuery(backupPages(useIdentity(), ownedBy));

/**
 * A session's backups among its owner's newest, newest first. Where those are of other sessions alone, what is known of its
 * last proven one stands for them all. Undefined until that is known.
 */
export function useLatestBackups(session: StreamingSession): readonly StreamingSessionBackup[] | undefined {
  const newest = useQuery(newestBackups(useIdentity(), session.ownedBy ?? "")).data;
  const own = newest?.backups.filter(({ sessionId }) => sessionId === session.sessionId);
  const hidden = own?.length === 0 && newest?.nextToken !== undefined;
  const details = useSessionDetails(hidden ? session : undefined).data;
  if (!hidden) return own;
  if (details === undefined) return undefined;
  const { lastProvenBackupId: backupId, lastProvenBackupAt: at } = details;
  return backupId === undefined || at === undefined ? [] : [{ backupId, state: "READY", createdAt: new Date(at) }];
}

/** One backup. */
export function useBackup(backupId: string): UseQueryResult<StreamingSessionBackup> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [BACKUPS, backupId],
    queryFn: async ({ signal }) => {
      const asked = new GetStreamingSessionBackupCommand({ studioId: api.studioId, backupId });
      return (await api.nimble.send(asked, { abortSignal: signal })).streamingSessionBackup ?? {};
    },
    refetchInterval: ({ state }) => paceOf(isChanging(state.data)),
  });
}

/** What a listing of details has of a backup; `known` says whether there was an answer, with it or without. */
export interface ListedDetails {
  readonly known: boolean;
  readonly of: (backup: StreamingSessionBackup) => StreamingSessionBackupDetails | undefined;
}

/**
 * What Greenroom knows beyond the API of one session's backups, newest first: of the newest, in one answer. Read again when
 * another one has come, or one of them is no longer being made.
 */
export function useListedDetails(backups: readonly StreamingSessionBackup[]): ListedDetails {
  const { api } = useIdentity();
  const { sessionId = "", ownedBy = "", backupId = "" } = backups[0] ?? {};
  const changing = backups.filter(isChanging).map((backup) => backup.backupId);
  const listed = useQuery({
    queryKey: [BACKUPS, "details", sessionId, backupId, changing],
    queryFn: async ({ signal }) =>
      (await api.additions.call("ListStreamingSessionBackupDetails", { studioId: api.studioId, ownedBy, sessionId }, signal)).details,
    enabled: sessionId !== "" && ownedBy !== "",
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  return {
    known: listed.isError || (listed.data !== undefined && !listed.isPlaceholderData),
    of: (backup) => listed.data?.find((details) => details.backupId === backup.backupId),
  };
}

/** What Greenroom knows of a backup beyond the API; read again when the backup's state has changed. */
export function useBackupDetails(backup: StreamingSessionBackup, wanted = true): UseQueryResult<StreamingSessionBackupDetails> {
  const { api } = useIdentity();
  const backupId = backup.backupId ?? "";
  return useQuery({
    queryKey: [BACKUPS, backupId, "details", backup.state],
    queryFn: async ({ signal }) =>
      (await api.additions.call("GetStreamingSessionBackupDetails", { studioId: api.studioId, backupId }, signal)).details ??
      Promise.reject(new Error("The server said nothing of this backup.")),
    enabled: wanted && backupId !== "",
    // It changes when a backup is proven again, which is seldom.
    staleTime: 60_000,
  });
}

/** What Greenroom knows of a session beyond the API. */
export function useSessionDetails(session: StreamingSession | undefined): UseQueryResult<StreamingSessionDetails> {
  const { api } = useIdentity();
  const sessionId = session?.sessionId ?? "";
  return useQuery({
    queryKey: [SESSIONS, sessionId, "details", session?.state],
    queryFn: async ({ signal }) =>
      (await api.additions.call("GetStreamingSessionDetails", { studioId: api.studioId, sessionId }, signal)).details ??
      Promise.reject(new Error("The server said nothing of this session.")),
    enabled: sessionId !== "",
    refetchInterval: isChanging(session) ? SOON : NOW_AND_THEN,
  });
}

/** Make a new session from a backup, and give a session back what a restore had replaced. */
export function useRestoreActs() {
  const { api } = useIdentity();
  const queries = useQueryClient();
  const look = () => queries.invalidateQueries({ queryKey: [SESSIONS] });
  return {
    intoNew: useMutation({
      mutationFn: async (backupId: string) =>
        (await api.additions.call("RestoreStreamingSessionBackup", { studioId: api.studioId, backupId })).session,
      onSettled: look,
    }),
    undo: useMutation({
      mutationFn: (sessionId: string) =>
        api.additions.call("UndoStreamingSessionRestore", { studioId: api.studioId, sessionId }),
      onSettled: look,
    }),
  };
}
