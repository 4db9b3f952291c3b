import type { StreamingSessionBackup } from "@aws-sdk/client-nimble";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { awsLine } from "../../../api/commandLine";
import { BACKUPS, isChanging } from "../../../api/sessions";
import { type Names, readBackups, useNames } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { InnerLink } from "../../../parts/InnerLink";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { signOf } from "../../../parts/State";
import { Moment } from "../../../parts/time";
import { backups as words } from "../../../strings/administration/backups";
import { navigation } from "../../../strings/administration/navigation";
import { backups as known } from "../../../strings/backups";

export default function Backups() {
  const { api } = useIdentity();
  const names = useNames();
  return (
    <Listing<StreamingSessionBackup>
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
          choices: Object.entries(known.states).map(([value, text]) => ({ value, text })),
          keep: ({ state }, value) => state === value,
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

function columnsOf(names: Names): readonly Column<StreamingSessionBackup>[] {
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
        <StatusIndicator type={signOf(state)} wrapText>
          {known.states[state] ?? state}
          {state !== "READY" && statusMessage !== "" && `: ${statusMessage}`}
        </StatusIndicator>
      ),
      sortedBy: ({ state = "" }) => known.states[state] ?? state,
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
    },
    { id: "id", header: words.id, cell: ({ backupId }) => backupId ?? "", sortedBy: ({ backupId }) => backupId, atFirstHidden: true },
  ];
}
