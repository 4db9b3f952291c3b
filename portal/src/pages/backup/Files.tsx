import Box from "@cloudscape-design/components/box";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import Header from "@cloudscape-design/components/header";
import Icon, { type IconProps } from "@cloudscape-design/components/icon";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useMemo, useState } from "react";
import { useSearchParams } from "react-router";
import { useDownload, useFolder } from "../../api/files";
import type { BackupFile } from "../../api/operations";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { sizeOf } from "../../parts/size";
import { exactly } from "../../parts/time";
import { backups } from "../../strings/backups";
import { common } from "../../strings/common";
import { files as fileWords } from "../../strings/files";
import { BringBack, BroughtBack } from "./BringBack";
import { crumbs } from "./paths";

const words = backups.browse;
const ICONS: Readonly<Record<string, IconProps.Name>> = { dir: "folder", file: "file", symlink: "share" };

/** Entries that can be brought back at once. */
const MOST = 100;

export interface FilesProps {
  readonly backupId: string;
  /** The state of the session that they are of; undefined where that is gone. */
  readonly sessionState: string | undefined;
}

/** What a folder of a backup holds; the folder is in the page's address, so that Back goes where one was. */
export function Files({ backupId, sessionState }: FilesProps) {
  const [search, setSearch] = useSearchParams();
  const [filter, setFilter] = useState("");
  const [chosen, setChosen] = useState<readonly BackupFile[]>([]);
  const [asked, setAsked] = useState(false);
  const path = search.get("path") ?? "";
  // In the address, so that a page that is loaded anew shows how far it is.
  const restoreId = search.get("restore") ?? "";
  const listing = useFolder(backupId, path);
  const download = useDownload();
  const open = (to: string) => {
    setFilter("");
    setChosen([]);
    setSearch({ ...(to === "" ? {} : { path: to }), ...(restoreId === "" ? {} : { restore: restoreId }) });
  };
  const watch = (id: string) => setSearch({ ...(path === "" ? {} : { path }), ...(id === "" ? {} : { restore: id }) }, { replace: true });
  const files = useMemo(() => {
    const wanted = filter.toLowerCase();
    return (listing.data?.pages ?? [])
      .flatMap((page) => page.files)
      .filter((file) => file.name.toLowerCase().includes(wanted))
      .sort(foldersFirst);
  }, [listing.data, filter]);
  const columns = useMemo(
    () => columnsOf(open, ({ path: of, type }) => download.mutate({ backupId, path: of, folder: type === "dir" })),
    [backupId, path, restoreId],
  );
  const impossible =
    sessionState === undefined ? fileWords.restore.sessionGone : sessionState === "READY" ? "" : fileWords.restore.notRunning;
  const [shownCrumbs, here] = [crumbs(path), path.split("/").at(-1) ?? ""];
  return (
    <SpaceBetween size="s">
      <ErrorPanel error={download.error} title={words.downloadFailed} dismiss={download.reset} />
      {restoreId !== "" && <BroughtBack key={restoreId} backupId={backupId} restoreId={restoreId} dismiss={() => watch("")} />}
      {asked && (
        <BringBack
          backupId={backupId}
          paths={chosen.map((file) => file.path)}
          begun={(id) => {
            setAsked(false);
            setChosen([]);
            watch(id);
          }}
          close={() => setAsked(false)}
        />
      )}
      <Table
        variant="container"
        selectionType="multi"
        selectedItems={[...chosen]}
        isItemDisabled={(file) => file.type === "other"}
        onSelectionChange={({ detail }) => setChosen(detail.selectedItems)}
        columnDefinitions={columns}
        items={files}
        trackBy="path"
        loading={listing.isPending && listing.error === null}
        loadingText={common.loading}
        ariaLabels={{
          tableLabel: words.table,
          selectionGroupLabel: words.table,
          allItemsSelectionLabel: () => fileWords.restore.selectAll,
          itemSelectionLabel: (_selection, file) => fileWords.restore.select(file.name),
        }}
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
              <SpaceBetween direction="horizontal" size="xs">
                <Button
                  iconName="download"
                  onClick={() => download.mutate({ backupId, path, folder: true })}
                  loading={download.isPending}
                >
                  {words.downloadAll}
                </Button>
                <Button
                  disabled={chosen.length === 0 || chosen.length > MOST || impossible !== ""}
                  {...(impossible === "" ? {} : { disabledReason: impossible })}
                  onClick={() => setAsked(true)}
                >
                  {fileWords.restore.button(chosen.length)}
                </Button>
              </SpaceBetween>
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

function columnsOf(open: (path: string) => void, download: (file: BackupFile) => void): Columns {
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
            onClick={() => download(file)}
          />
        ),
    },
  ];
}

function foldersFirst(one: BackupFile, other: BackupFile): number {
  const folder = Number(other.type === "dir") - Number(one.type === "dir");
  return folder !== 0 ? folder : one.name.localeCompare(other.name);
}
