import {
  GetStreamingSessionBackupCommand,
  ListStreamingSessionBackupsCommand,
  type StreamingSession,
  type StreamingSessionBackup,
} from "@aws-sdk/client-nimble";
import {
  type InfiniteData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
  type UseQueryResult,
} from "@tanstack/react-query";
import { NOW_AND_THEN, SOON, paceOf } from "../app/queries";
import { useIdentity } from "../identity/identity";
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

/** Somebody's newest backups, of sessions that are gone as well: one page, however many there are. */
function useNewestBackups(ownedBy: string): UseQueryResult<BackupPage> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [BACKUPS, "newest", ownedBy],
    queryFn: ({ signal }) => pageOf(api, ownedBy, "", signal),
    enabled: ownedBy !== "",
    refetchInterval: ({ state }) => pauseFor(state.data?.backups),
  });
}

/** Pages that are looked at again as often as one; beyond them it is done when something has happened. */
const POLLED_PAGES = 3;

/** Somebody's backups page by page, newest first. */
export function useBackupPages(ownedBy: string): UseInfiniteQueryResult<InfiniteData<BackupPage, string>> {
  const { api } = useIdentity();
  return useInfiniteQuery({
    queryKey: [BACKUPS, "pages", ownedBy],
    queryFn: ({ pageParam, signal }) => pageOf(api, ownedBy, pageParam, signal),
    initialPageParam: "",
    getNextPageParam: (page: BackupPage) => page.nextToken,
    enabled: ownedBy !== "",
    refetchInterval: ({ state }) =>
      (state.data?.pages.length ?? 0) > POLLED_PAGES ? false : pauseFor(state.data?.pages.flatMap((page) => page.backups)),
  });
}

/**
 * A session's backups among its owner's newest, newest first. Where those are of other sessions alone, what is known of its
 * last proven one stands for them all. Undefined until that is known.
 */
export function useLatestBackups(session: StreamingSession): readonly StreamingSessionBackup[] | undefined {
  const newest = useNewestBackups(session.ownedBy ?? "").data;
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

/** What Greenroom knows of a backup beyond the API; read again when the backup's state has changed. */
export function useBackupDetails(backup: StreamingSessionBackup): UseQueryResult<StreamingSessionBackupDetails> {
  const { api } = useIdentity();
  const backupId = backup.backupId ?? "";
  return useQuery({
    queryKey: [BACKUPS, backupId, "details", backup.state],
    queryFn: async ({ signal }) =>
      (await api.additions.call("GetStreamingSessionBackupDetails", { studioId: api.studioId, backupId }, signal)).details ??
      Promise.reject(new Error("The server said nothing of this backup.")),
    enabled: backupId !== "",
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
