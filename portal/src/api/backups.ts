import { GetStreamingSessionBackupCommand, type StreamingSession, type StreamingSessionBackup } from "@aws-sdk/client-nimble";
import { useMutation, useQuery, useQueryClient, type UseQueryResult } from "@tanstack/react-query";
import { NOW_AND_THEN, SOON } from "../app/queries";
import { useIdentity } from "../identity/identity";
import type { StreamingSessionBackupDetails, StreamingSessionDetails } from "./operations";
import { BACKUPS, isChanging, SESSIONS } from "./sessions";

/** One backup. */
export function useBackup(backupId: string): UseQueryResult<StreamingSessionBackup> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: [BACKUPS, backupId],
    queryFn: async ({ signal }) => {
      const asked = new GetStreamingSessionBackupCommand({ studioId: api.studioId, backupId });
      return (await api.nimble.send(asked, { abortSignal: signal })).streamingSessionBackup ?? {};
    },
    refetchInterval: ({ state }) => (isChanging(state.data) ? SOON : NOW_AND_THEN),
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
