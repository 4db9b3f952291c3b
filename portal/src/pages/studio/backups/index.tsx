import Box from "@cloudscape-design/components/box";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { awsLine } from "../../../api/commandLine";
import { BACKUPS, isChanging } from "../../../api/sessions";
import { type KnownBackup, type Names, readBackups, useNames } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { Brief } from "../../../parts/Brief";
import { InnerLink } from "../../../parts/InnerLink";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { signOf } from "../../../parts/State";
import { sizeOf } from "../../../parts/size";
import { Moment, useNow } from "../../../parts/time";
import { backups as words } from "../../../strings/administration/backups";
import { navigation } from "../../../strings/administration/navigation";
import { backups as known } from "../../../strings/backups";
import { common } from "../../../strings/common";
import { isFailing, isProven } from "./condition";

export default function Backups() {
  const { api } = useIdentity();
  const names = useNames();
  return (
    <Listing<KnownBackup>
      title={navigation.backups}
      description={words.description}
      of={[BACKUPS]}
      idOf={({ backupId }) => backupId ?? ""}
      read={({ owner }, nextToken, signal) => readBackups(api, owner, nextToken, signal)}
      ready={names.ready}
      columns={columnsOf(names)}
      filters={[
        {
          id: "find",
          label: words.find,
          keep: ({ ownedBy, launchProfileId, sessionId, backupId }, typed) =>
            mentions(typed, names.person(ownedBy), names.profile(launchProfileId), sessionId, backupId),
        },
        {
          id: "state",
          label: words.state,
          choices: [{ value: "failing", text: words.failing }, ...Object.entries(known.states).map(([value, text]) => ({ value, text }))],
          keep: (backup, value) => (value === "failing" ? isFailing(backup) : backup.state === value),
        },
        {
          id: "proof",
          label: words.proof,
          choices: Object.entries(words.proofs).map(([value, text]) => ({ value, text })),
          keep: (backup, value) => backup.state === "READY" && isProven(backup.details, Date.now()) === (value === "proven"),
        },
        {
          id: "owner",
          label: words.owner,
          choices: names.people.map(({ principalId, userName }) => ({ value: principalId, text: userName })),
        },
      ]}
      lines={({ owner }) => [awsLine(api, "ListStreamingSessionBackups", { studioId: api.studioId, ownedBy: owner })]}
      empty={<Empty title={words.emptyTitle}>{words.empty}</Empty>}
      isChanging={isChanging}
    />
  );
}

function Proof({ backup }: { readonly backup: KnownBackup }) {
  const now = useNow();
  const { state, details } = backup;
  if (state !== "READY") return null;
  if (details?.verifiedAt === undefined) return <StatusIndicator type="warning">{common.never}</StatusIndicator>;
  const fine = isProven(details, now);
  return (
    <StatusIndicator type={fine ? "success" : "warning"}>
      <Moment at={details.verifiedAt} />
      {!fine && `, ${words.overdue}`}
    </StatusIndicator>
  );
}

function columnsOf(names: Names): readonly Column<KnownBackup>[] {
  return [
    {
      id: "made",
      header: words.made,
      cell: ({ backupId = "", createdAt }) => (
        <InnerLink href={`/backups/${backupId}`}>
          <Moment at={createdAt} />
        </InnerLink>
      ),
      sortedBy: ({ createdAt }) => createdAt,
      isRowHeader: true,
    },
    { id: "owner", header: words.owner, cell: ({ ownedBy }) => names.person(ownedBy), sortedBy: ({ ownedBy }) => names.person(ownedBy) },
    {
      id: "state",
      header: words.state,
      cell: ({ state = "", statusMessage = "" }) => (
        <>
          <StatusIndicator type={signOf(state)}>{known.states[state] ?? state}</StatusIndicator>
          {state !== "READY" && statusMessage !== "" && (
            <Box color="text-body-secondary" fontSize="body-s">
              <Brief>{statusMessage}</Brief>
            </Box>
          )}
        </>
      ),
      sortedBy: ({ state = "" }) => known.states[state] ?? state,
    },
    {
      id: "proven",
      header: words.proven,
      cell: (backup) => <Proof backup={backup} />,
      sortedBy: ({ details }) => (details?.verifiedAt === undefined ? undefined : new Date(details.verifiedAt)),
    },
    {
      id: "cause",
      header: words.cause,
      cell: ({ details }) => (details === undefined ? "" : (known.causes[details.cause] ?? details.cause)),
      sortedBy: ({ details }) => details?.cause,
    },
    {
      id: "size",
      header: words.size,
      cell: ({ details }) => (details?.sizeBytes === undefined ? "" : sizeOf(details.sizeBytes)),
      sortedBy: ({ details }) => details?.sizeBytes,
    },
    {
      id: "profile",
      header: words.profile,
      cell: ({ launchProfileId }) => names.profile(launchProfileId),
      sortedBy: ({ launchProfileId }) => names.profile(launchProfileId),
    },
    {
      id: "session",
      header: words.session,
      cell: ({ sessionId = "" }) => <InnerLink href={`/sessions/${sessionId}`}>{sessionId}</InnerLink>,
      sortedBy: ({ sessionId }) => sessionId,
      atFirstHidden: true,
    },
    {
      id: "added",
      header: words.added,
      cell: ({ details }) => (details?.addedBytes === undefined ? "" : sizeOf(details.addedBytes)),
      sortedBy: ({ details }) => details?.addedBytes,
      atFirstHidden: true,
    },
    {
      id: "files",
      header: words.files,
      cell: ({ details }) => details?.files?.toLocaleString("en") ?? "",
      sortedBy: ({ details }) => details?.files,
      atFirstHidden: true,
    },
    { id: "note", header: words.note, cell: ({ details }) => details?.note ?? "", sortedBy: ({ details }) => details?.note, atFirstHidden: true },
    { id: "id", header: words.id, cell: ({ backupId }) => backupId ?? "", sortedBy: ({ backupId }) => backupId, atFirstHidden: true },
  ];
}
