import Box from "@cloudscape-design/components/box";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Select from "@cloudscape-design/components/select";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useNavigate, useParams, useSearchParams } from "react-router";
import { useBackup, useBackupPages } from "../../api/backups";
import { curlLine } from "../../api/commandLine";
import { useChanges } from "../../api/files";
import type { BackupFile } from "../../api/operations";
import { useIdentity } from "../../identity/identity";
import { ApiCall } from "../../parts/ApiCall";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { sizeOf } from "../../parts/size";
import { exactly } from "../../parts/time";
import { Unread } from "../../parts/Unread";
import { useTitle } from "../../parts/useTitle";
import { backups } from "../../strings/backups";
import { common } from "../../strings/common";
import { files } from "../../strings/files";

const words = files.compare;
const SIGNS: Readonly<Record<string, StatusIndicatorProps.Type>> = { ADDED: "success", CHANGED: "info", REMOVED: "warning" };

/** What changed between a backup and another one of its session, or now. The other one is in the page's address. */
export default function Compare() {
  const { backupId = "" } = useParams();
  const { api } = useIdentity();
  const [search, setSearch] = useSearchParams();
  const other = search.get("with") ?? "";
  const backup = useBackup(backupId);
  const pages = useBackupPages(backup.data?.ownedBy ?? "");
  const changes = useChanges(backupId, other);
  const navigate = useNavigate();
  const when = backup.data?.createdAt === undefined ? backupId : exactly(backup.data.createdAt);
  useTitle(words.title(when));
  const now = { value: "", label: words.now };
  const options = [
    now,
    ...(pages.data?.pages ?? [])
      .flatMap((page) => page.backups)
      .filter((each) => each.sessionId === backup.data?.sessionId && each.state === "READY" && each.backupId !== backupId)
      .map((each) => ({
        value: each.backupId ?? "",
        label: each.createdAt === undefined ? (each.backupId ?? "") : backups.backup.title(exactly(each.createdAt)),
      })),
  ];
  if (backup.data === undefined && backup.error !== null) {
    return <Unread query={backup} title={backups.backup.unread} home={{ href: "/backups", text: backups.title }} />;
  }
  const rows = (changes.data?.pages ?? []).flatMap((page) => page.changes);
  return (
    <SpaceBetween size="l">
      <BreadcrumbGroup
        items={[
          { text: backups.title, href: "/backups" },
          { text: backups.backup.title(when), href: `/backups/${backupId}` },
          { text: words.short, href: `/backups/${backupId}/compare` },
        ]}
        onFollow={(event) => {
          event.preventDefault();
          void navigate(event.detail.href);
        }}
      />
      <Header
        variant="h1"
        actions={
          <ApiCall
            lines={[
              curlLine(api, "CompareStreamingSessionBackups", {
                studioId: api.studioId,
                backupId,
                ...(other === "" ? {} : { otherBackupId: other }),
              }),
            ]}
          />
        }
      >
        {words.title(when)}
      </Header>
      <FormField label={words.with}>
        <Select
          options={options}
          selectedOption={options.find(({ value }) => value === other) ?? { value: other, label: other }}
          onChange={({ detail }) =>
            setSearch(detail.selectedOption.value === "" ? {} : { with: detail.selectedOption.value ?? "" })
          }
        />
      </FormField>
      <ErrorPanel error={changes.error} title={words.failed} again={() => void changes.refetch()} />
      {changes.error === null && (
        <Table
          items={rows}
          trackBy="path"
          loading={changes.isPending}
          loadingText={common.loading}
          wrapLines
          ariaLabels={{ tableLabel: words.table }}
          empty={<Box color="text-body-secondary">{words.same}</Box>}
          columnDefinitions={[
            {
              id: "change",
              header: words.change,
              cell: ({ change }) => (
                <StatusIndicator type={SIGNS[change] ?? "info"}>{words.changes[change] ?? change}</StatusIndicator>
              ),
            },
            { id: "path", header: words.path, isRowHeader: true, cell: ({ path }) => path },
            { id: "before", header: words.before, cell: ({ before }) => <Side file={before} /> },
            { id: "after", header: other === "" ? words.afterNow : words.after, cell: ({ after }) => <Side file={after} /> },
          ]}
          footer={
            changes.hasNextPage && (
              <Box textAlign="center">
                <Button loading={changes.isFetchingNextPage} onClick={() => void changes.fetchNextPage()}>
                  {common.loadMore}
                </Button>
              </Box>
            )
          }
        />
      )}
    </SpaceBetween>
  );
}

function Side({ file }: { readonly file: BackupFile | undefined }) {
  if (file === undefined) return <Box color="text-body-secondary">{words.absent}</Box>;
  const size = file.type === "file" ? sizeOf(file.size) : (backups.browse.kinds[file.type] ?? file.type);
  return <>{words.since(size, exactly(new Date(file.modifiedAt)))}</>;
}
