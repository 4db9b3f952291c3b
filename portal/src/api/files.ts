import {
  type InfiniteData,
  useInfiniteQuery,
  type UseInfiniteQueryResult,
  useMutation,
  useQuery,
  type UseQueryResult,
} from "@tanstack/react-query";
import { SOON } from "../app/queries";
import { useIdentity } from "../identity/identity";
import type {
  CompareStreamingSessionBackupsResponse,
  FileRestorePlace,
  ListStreamingSessionBackupFilesResponse,
  SearchStreamingSessionBackupFilesResponse,
  StreamingSessionFileRestore,
} from "./operations";

/** Seconds for which a download's address can be opened. */
const DOWNLOAD_SECONDS = 60;

type Pages<Page> = UseInfiniteQueryResult<InfiniteData<Page, string>>;
const after = (nextToken: string) => (nextToken === "" ? {} : { nextToken });

/** What a folder of a backup holds, page by page. */
export function useFolder(backupId: string, path: string): Pages<ListStreamingSessionBackupFilesResponse> {
  const { api } = useIdentity();
  return useInfiniteQuery({
    queryKey: ["files", backupId, path],
    queryFn: ({ pageParam, signal }) =>
      api.additions.call(
        "ListStreamingSessionBackupFiles",
        { studioId: api.studioId, backupId, path, ...after(pageParam) },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextToken,
    // What a backup holds never changes.
    staleTime: Infinity,
  });
}

/** What is not as it was in a backup: in another one, or now where that is "". */
export function useChanges(backupId: string, otherBackupId: string): Pages<CompareStreamingSessionBackupsResponse> {
  const { api } = useIdentity();
  return useInfiniteQuery({
    queryKey: ["changes", backupId, otherBackupId],
    queryFn: ({ pageParam, signal }) =>
      api.additions.call(
        "CompareStreamingSessionBackups",
        { studioId: api.studioId, backupId, ...(otherBackupId === "" ? {} : { otherBackupId }), ...after(pageParam) },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextToken,
    staleTime: otherBackupId === "" ? 0 : Infinity,
    refetchOnWindowFocus: false,
  });
}

/** Files of that name in the signed-in person's backups. A page may be empty and have others after it. */
export function useFound(pattern: string): Pages<SearchStreamingSessionBackupFilesResponse> {
  const { api, user } = useIdentity();
  return useInfiniteQuery({
    queryKey: ["found", pattern],
    queryFn: ({ pageParam, signal }) =>
      api.additions.call(
        "SearchStreamingSessionBackupFiles",
        { studioId: api.studioId, pattern, ownedBy: user.principalId, ...after(pageParam) },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextToken,
    enabled: pattern !== "",
    refetchOnWindowFocus: false,
  });
}

/** Have the browser fetch a file, or a folder as an archive that every system opens. */
export function useDownload() {
  const { api } = useIdentity();
  return useMutation({
    mutationFn: async ({ backupId, path, folder }: { backupId: string; path: string; folder: boolean }) => {
      const asked = { studioId: api.studioId, backupId, path, ...(folder ? { form: "zip" as const } : {}) };
      const address = await api.additions.presign("DownloadStreamingSessionBackupFiles", asked, DOWNLOAD_SECONDS);
      // The browser takes it from there: it shows how far it is, and does not hold it in memory.
      const link = document.createElement("a");
      link.href = address;
      link.download = "";
      document.body.append(link);
      link.click();
      link.remove();
    },
  });
}

/** Bring chosen files of a backup back into its running session. */
export function useBringBack(backupId: string) {
  const { api } = useIdentity();
  return useMutation({
    mutationFn: async ({ paths, place }: { paths: readonly string[]; place: FileRestorePlace }) =>
      (await api.additions.call("RestoreStreamingSessionBackupFiles", { studioId: api.studioId, backupId, paths, place }))
        .restore,
  });
}

/** How far that is. */
export function useFileRestore(backupId: string, restoreId: string): UseQueryResult<StreamingSessionFileRestore> {
  const { api } = useIdentity();
  return useQuery({
    queryKey: ["file-restores", backupId, restoreId],
    queryFn: async ({ signal }) =>
      (await api.additions.call("GetStreamingSessionFileRestore", { studioId: api.studioId, backupId, restoreId }, signal))
        .restore,
    refetchInterval: ({ state }) => (state.data === undefined || state.data.state === "IN_PROGRESS" ? SOON : false),
  });
}
