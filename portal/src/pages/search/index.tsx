import Box from "@cloudscape-design/components/box";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { type FormEvent, useEffect, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { curlLine } from "../../api/commandLine";
import { useDownload, useFound } from "../../api/files";
import type { FoundBackupFile } from "../../api/operations";
import { useIdentity } from "../../identity/identity";
import { ApiCall } from "../../parts/ApiCall";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { sizeOf } from "../../parts/size";
import { exactly } from "../../parts/time";
import { useTitle } from "../../parts/useTitle";
import { backups } from "../../strings/backups";
import { files } from "../../strings/files";
import { folderOf, patternOf } from "./pattern";

const words = files.search;
/** Pages that are looked through by themselves while nothing was found in them. */
const BY_ITSELF = 20;

/** Finds files by their name in all backups of the person. What is looked for is in the page's address. */
export default function Search() {
  const { api, user } = useIdentity();
  const [search, setSearch] = useSearchParams();
  const name = search.get("name") ?? "";
  const [typed, setTyped] = useState(name);
  const pattern = patternOf(name);
  const found = useFound(pattern);
  const navigate = useNavigate();
  useTitle(words.title);
  const { hasNextPage, isFetchingNextPage, fetchNextPage, error } = found;
  const rows = (found.data?.pages ?? []).flatMap((page) => page.files);
  const goesOn = hasNextPage && rows.length === 0 && (found.data?.pages.length ?? 0) < BY_ITSELF;
  useEffect(() => {
    if (goesOn && !isFetchingNextPage && error === null) void fetchNextPage();
  }, [goesOn, isFetchingNextPage, error, fetchNextPage]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setSearch(typed.trim() === "" ? {} : { name: typed.trim() });
  };
  const follow = (event: CustomEvent<{ href?: string | undefined }>) => {
    event.preventDefault();
    void navigate(event.detail.href ?? "/backups");
  };
  const looking = pattern !== "" && (found.isPending || goesOn) && error === null;
  return (
    <SpaceBetween size="l">
      <BreadcrumbGroup
        items={[
          { text: backups.title, href: "/backups" },
          { text: words.title, href: "/backups/search" },
        ]}
        onFollow={follow}
      />
      <Header
        variant="h1"
        description={words.description}
        actions={
          pattern !== "" && (
            <ApiCall
              lines={[
                curlLine(api, "SearchStreamingSessionBackupFiles", {
                  studioId: api.studioId,
                  pattern,
                  ownedBy: user.principalId,
                }),
              ]}
            />
          )
        }
      >
        {words.title}
      </Header>
      <form onSubmit={submit} role="search">
        <FormField
          label={words.label}
          constraintText={words.hint}
          secondaryControl={<Button formAction="submit">{words.submit}</Button>}
        >
          <Input type="search" value={typed} autoFocus onChange={({ detail }) => setTyped(detail.value)} />
        </FormField>
      </form>
      <ErrorPanel error={error} title={words.failed} again={() => void found.refetch()} />
      {pattern === "" ? (
        <Box color="text-body-secondary">{words.idle}</Box>
      ) : (
        <Found rows={rows} looking={looking} open={follow} />
      )}
      {hasNextPage && !goesOn && (
        <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {words.goOn}
        </Button>
      )}
    </SpaceBetween>
  );
}

interface FoundProps {
  readonly rows: readonly FoundBackupFile[];
  readonly looking: boolean;
  readonly open: (event: CustomEvent<{ href?: string | undefined }>) => void;
}

function Found({ rows, looking, open }: FoundProps) {
  const download = useDownload();
  return (
    <>
      <ErrorPanel error={download.error} title={backups.browse.downloadFailed} dismiss={download.reset} />
      <Table
        items={rows}
        trackBy={({ backupId, file }) => `${backupId}/${file.path}`}
        loading={looking}
        loadingText={words.looking}
        wrapLines
        ariaLabels={{ tableLabel: words.table }}
        empty={<Box color="text-body-secondary">{words.none}</Box>}
        columnDefinitions={[
          { id: "path", header: words.path, isRowHeader: true, cell: ({ file }) => file.path },
          {
            id: "backup",
            header: words.inBackup,
            cell: ({ backupId, backupCreatedAt, file }) => {
              const when = exactly(new Date(backupCreatedAt));
              const folder = file.type === "dir" ? file.path : folderOf(file.path);
              const to = `/backups/${backupId}${folder === "" ? "" : `?path=${encodeURIComponent(folder)}`}`;
              return (
                <Link href={to} ariaLabel={words.openBackup(when)} onFollow={open}>
                  {when}
                </Link>
              );
            },
          },
          {
            id: "size",
            header: backups.browse.size,
            cell: ({ file }) => (file.type === "file" ? sizeOf(file.size) : (backups.browse.kinds[file.type] ?? "")),
          },
          { id: "changed", header: backups.browse.changed, cell: ({ file }) => exactly(new Date(file.modifiedAt)) },
          {
            id: "download",
            header: backups.browse.download,
            cell: ({ backupId, file }) => (
              <Button
                variant="inline-icon"
                iconName="download"
                ariaLabel={backups.browse.downloadOf(file.name)}
                onClick={() => download.mutate({ backupId, path: file.path, folder: file.type === "dir" })}
              />
            ),
          },
        ]}
      />
    </>
  );
}
