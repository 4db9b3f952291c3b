import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { SessionProtection } from "../../../api/operations";
import type { Names } from "../../../api/studio";
import { InnerLink } from "../../../parts/InnerLink";
import { Remark } from "../../../parts/Remark";
import { State } from "../../../parts/State";
import { Moment } from "../../../parts/time";
import { common } from "../../../strings/common";
import { overview } from "../../../strings/administration/overview";
import { sessions } from "../../../strings/administration/sessions";

const words = overview.endangered;

export interface ProtectionsProps {
  readonly title: string;
  readonly description: string;
  readonly none: string;
  readonly sessions: readonly SessionProtection[];
  /** How many there are, with those that are not told one by one. */
  readonly count: number;
  readonly names: Names;
  /** Whether why and since when are told. */
  readonly endangered?: boolean;
}

/** Sessions that are to be backed up, and when that last went well. */
export function Protections({ title, description, none, sessions: items, count, names, endangered = false }: ProtectionsProps) {
  const columns: TableProps.ColumnDefinition<SessionProtection>[] = [
    {
      id: "session",
      header: words.session,
      isRowHeader: true,
      cell: ({ sessionId, launchProfileId, ownedBy }) => (
        <InnerLink href={`/sessions/${sessionId}`}>{sessions.named(names.profile(launchProfileId), names.person(ownedBy))}</InnerLink>
      ),
    },
    ...(endangered
      ? [
          {
            id: "why",
            header: words.why,
            cell: ({ danger = "LATE", message }: SessionProtection) => (
              <>
                <Remark type={danger === "WAITING" || danger === "LATE" ? "warning" : "error"}>
                  {words.dangers[danger] ?? danger}
                </Remark>
                {message !== undefined && (
                  <Box color="text-body-secondary" fontSize="body-s">
                    {message}
                  </Box>
                )}
              </>
            ),
          },
          { id: "since", header: words.since, cell: ({ since }: SessionProtection) => <Moment at={since} /> },
        ]
      : [{ id: "state", header: sessions.state, cell: ({ state }: SessionProtection) => <State state={state} /> }]),
    {
      id: "success",
      header: words.lastSuccess,
      cell: ({ newestBackupAt }) => (newestBackupAt === undefined ? common.never : <Moment at={newestBackupAt} />),
    },
    {
      id: "proven",
      header: words.proven,
      cell: ({ provenAt }) => (provenAt === undefined ? common.never : <Moment at={provenAt} />),
    },
    {
      id: "backups",
      header: words.backupsOf,
      cell: ({ ownedBy }) => <InnerLink href={`/studio/backups?owner=${encodeURIComponent(ownedBy)}`}>{words.backups}</InnerLink>,
    },
  ];
  return (
    <Table
      variant={endangered ? "container" : "embedded"}
      wrapLines
      items={items}
      trackBy="sessionId"
      columnDefinitions={columns}
      ariaLabels={{ tableLabel: title }}
      header={
        endangered ? (
          <Header variant="h2" counter={`(${count})`} description={description}>
            {title}
          </Header>
        ) : (
          <Box color="text-body-secondary">{description}</Box>
        )
      }
      footer={count > items.length ? <Box textAlign="center">{words.more(count - items.length)}</Box> : undefined}
      empty={<Box color="text-body-secondary">{none}</Box>}
    />
  );
}
