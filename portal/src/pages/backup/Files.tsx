import Box from "@cloudscape-design/components/box";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Icon, { type IconProps } from "@cloudscape-design/components/icon";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import type { BackupFile } from "../../api/operations";
import { useIdentity } from "../../identity/identity";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { sizeOf } from "../../parts/size";
import { exactly } from "../../parts/time";
import { backups } from "../../strings/backups";
import { common } from "../../strings/common";
import { crumbs } from "./paths";

const words = backups.browse;
const ICONS: Readonly<Record<string, IconProps.Name>> = { dir: "folder", file: "file", symlink: "share" };
/** Seconds for which a download's address can be opened. */
const DOWNLOAD_SECONDS = 60;

/** What a folder of a backup holds; the folder is in the page's address, so that Back goes where one was. */
export function Files({ backupId }: { readonly backupId: string }) {
  const { api } = useIdentity();
  const [search, setSearch] = useSearchParams();
  const [filter, setFilter] = useState("");
  const path = search.get("path") ?? "";
  const listing = useInfiniteQuery({
    queryKey: ["files", backupId, path],
    queryFn: ({ pageParam, signal }) =>
      api.additions.call(
        "ListStreamingSessionBackupFiles",
        { studioId: api.studioId, backupId, path, ...(pageParam === "" ? {} : { nextToken: pageParam }) },
        signal,
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.nextToken,
    // What a backup holds never changes.
    staleTime: Infinity,
  });
  const download = useMutation({
    mutationFn: async (of: string) => {
      const asked = { studioId: api.studioId, backupId, path: of };
      const address = await api.additions.presign("DownloadStreamingSessionBackupFiles", asked, DOWNLOAD_SECONDS);
      await saved(address);
    },
  });
  const open = (to: string) => {
    setFilter("");
    setSearch(to === "" ? {} : { path: to });
  };
  const files = useMemo(() => {
    const wanted = filter.toLowerCase();
    return (listing.data?.pages ?? [])
      .flatMap((page) => page.files)
      .filter((file) => file.name.toLowerCase().includes(wanted))
      .sort(foldersFirst);
  }, [listing.data, filter]);
  const columns = useMemo(() => columnsOf(open, (of) => download.mutate(of)), [backupId, path]);
  const [shownCrumbs, here] = [crumbs(path), path.split("/").at(-1) ?? ""];
  return (
    <SpaceBetween size="s">
      <ErrorPanel error={download.error} title={words.downloadFailed} dismiss={download.reset} />
      <Table
        variant="container"
        columnDefinitions={columns}
        items={files}
        trackBy="path"
        loading={listing.isPending && listing.error === null}
        loadingText={common.loading}
        ariaLabels={{ tableLabel: words.table }}
        wrapLines
        header={
          <Header
            variant="h2"
            description={
              <BreadcrumbGroup
                ariaLabel={words.where}
                items={[
                  { text: words.root, href: "#" },
                  ...shownCrumbs.map(({ name, path: to }) => ({ text: name, href: `#${to}` })),
                ]}
                onFollow={(event) => {
                  event.preventDefault();
                  open(event.detail.href.slice(1));
                }}
              />
            }
            actions={
              <Button iconName="download" onClick={() => download.mutate(path)} loading={download.isPending}>
                {words.downloadAll}
              </Button>
            }
          >
            {here === "" ? backups.backup.files : here}
          </Header>
        }
        filter={
          <TextFilter
            filteringText={filter}
            filteringPlaceholder={words.filter}
            filteringAriaLabel={words.filter}
            filteringClearAriaLabel={words.filterClear}
            onChange={({ detail }) => setFilter(detail.filteringText)}
          />
        }
        empty={
          listing.error === null ? (
            <Box color="text-body-secondary">{filter === "" ? words.empty : words.noMatch}</Box>
          ) : (
            <ErrorPanel error={listing.error} title={words.failed} again={() => void listing.refetch()} />
          )
        }
        footer={
          listing.hasNextPage && (
            <Box textAlign="center">
              <Button loading={listing.isFetchingNextPage} onClick={() => void listing.fetchNextPage()}>
                {common.loadMore}
              </Button>
            </Box>
          )
        }
      />
    </SpaceBetween>
  );
}

type Columns = readonly TableProps.ColumnDefinition<BackupFile>[];

function columnsOf(open: (path: string) => void, download: (path: string) => void): Columns {
  return [
    {
      id: "name",
      header: words.name,
      isRowHeader: true,
      cell: (file) => (
        <>
          <Icon name={ICONS[file.type] ?? "file"} />{" "}
          {file.type === "dir" ? (
            <Link
              href={`#${file.path}`}
              onFollow={(event) => {
                event.preventDefault();
                open(file.path);
              }}
            >
              {file.name}
            </Link>
          ) : (
            file.name
          )}
        </>
      ),
    },
    { id: "size", header: words.size, cell: (file) => (file.type === "file" ? sizeOf(file.size) : "") },
    { id: "changed", header: words.changed, cell: (file) => exactly(new Date(file.modifiedAt)) },
    { id: "kind", header: words.kind, cell: (file) => words.kinds[file.type] ?? file.type },
    {
      id: "download",
      header: words.download,
      cell: (file) =>
        (file.type === "file" || file.type === "dir") && (
          <Button
            variant="inline-icon"
            iconName="download"
            ariaLabel={words.downloadOf(file.name)}
            onClick={() => download(file.path)}
          />
        ),
    },
  ];
}

function foldersFirst(one: BackupFile, other: BackupFile): number {
  const folder = Number(other.type === "dir") - Number(one.type === "dir");
  return folder !== 0 ? folder : one.name.localeCompare(other.name);
}

/** The browser takes it from there: it shows how far it is, and does not hold it in memory. */
async function saved(address: string): Promise<void> {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}
