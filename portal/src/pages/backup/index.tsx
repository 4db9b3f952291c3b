import type { StreamingSessionBackup } from "@aws-sdk/client-nimble";
import Box from "@cloudscape-design/components/box";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useBackup, useBackupDetails } from "../../api/backups";
import { awsLine, curlLine } from "../../api/commandLine";
import { useMyProfiles, useMySessions } from "../../api/sessions";
import { useIdentity } from "../../identity/identity";
import { ApiCall } from "../../parts/ApiCall";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { FailedBackup, type FailedBackupProps } from "../../parts/FailedBackup";
import { sizeOf } from "../../parts/size";
import { StartFrom, type StartKind } from "../../parts/StartFrom";
import { signOf } from "../../parts/State";
import { exactly, Moment } from "../../parts/time";
import { Unread } from "../../parts/Unread";
import { useTitle } from "../../parts/useTitle";
import { backups as words } from "../../strings/backups";
import { files } from "../../strings/files";
import { profileName } from "../sessions/names";
import { Files } from "./Files";

export default function BackupPage() {
  const { backupId = "" } = useParams();
  const { api } = useIdentity();
  const backup = useBackup(backupId);
  const sessions = useMySessions();
  const profiles = useMyProfiles();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<StartKind | null>(null);
  const title = words.backup.title(backup.data?.createdAt === undefined ? backupId : exactly(backup.data.createdAt));
  useTitle(title);
  if (backup.data === undefined) {
    return <Unread query={backup} title={words.backup.unread} home={{ href: "/backups", text: words.title }} />;
  }
  const session = sessions.data?.find(({ sessionId }) => sessionId === backup.data.sessionId);
  const name = profileName(profiles.data, backup.data);
  const ready = backup.data.state === "READY";
  const named = { studioId: api.studioId, backupId };
  return (
    <SpaceBetween size="l">
      <BreadcrumbGroup
        items={[
          { text: words.title, href: "/backups" },
          { text: name, href: session === undefined ? "/backups" : `/sessions/${session.sessionId ?? ""}` },
          { text: title, href: `/backups/${backupId}` },
        ]}
        onFollow={(event) => {
          event.preventDefault();
          void navigate(event.detail.href);
        }}
      />
      <Header
        variant="h1"
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <ApiCall
              lines={[
                awsLine(api, "GetStreamingSessionBackup", named),
                curlLine(api, "ListStreamingSessionBackupFiles", named),
              ]}
            />
            {ready && (
              <Button
                href={`/backups/${backupId}/compare`}
                onFollow={(event) => {
                  event.preventDefault();
                  void navigate(`/backups/${backupId}/compare`);
                }}
              >
                {files.compare.action}
              </Button>
            )}
            {ready && <Button onClick={() => setAsked("new")}>{words.newSession}</Button>}
            {ready && session !== undefined && (
              <Button variant="primary" onClick={() => setAsked("start")}>
                {words.startFrom}
              </Button>
            )}
          </SpaceBetween>
        }
      >
        {title}
      </Header>
      <ErrorPanel error={backup.error} />
      {backup.data.state === "CREATE_FAILED" && <Failure backup={backup.data} session={session} />}
      <About backup={backup.data} name={name} />
      {ready ? (
        <Files backupId={backupId} sessionState={session?.state} />
      ) : (
        backup.data.state !== "CREATE_FAILED" && <Box color="text-body-secondary">{words.backup.notReady}</Box>
      )}
      {asked !== null && (
        <StartFrom kind={asked} backup={backup.data} session={session} name={name} close={() => setAsked(null)} />
      )}
    </SpaceBetween>
  );
}

function Failure({ backup, session }: Pick<FailedBackupProps, "backup" | "session">) {
  return <FailedBackup backup={backup} session={session} details={useBackupDetails(backup).data} />;
}

function About({ backup, name }: { readonly backup: StreamingSessionBackup; readonly name: string }) {
  const { data: details, error } = useBackupDetails(backup);
  const state = backup.state ?? "";
  return (
    <Container header={<Header variant="h2">{words.backup.details}</Header>}>
      <ErrorPanel error={error} title={words.backup.noDetails} />
      <KeyValuePairs
        columns={3}
        minColumnWidth={180}
        items={[
          {
            label: words.stateIs,
            value: (
              <>
                <StatusIndicator type={signOf(state)}>{words.states[state] ?? state}</StatusIndicator>
                {state !== "READY" && state !== "CREATE_FAILED" && <Box color="text-body-secondary">{backup.statusMessage ?? ""}</Box>}
              </>
            ),
          },
          { label: words.session, value: name },
          { label: words.made, value: <Moment at={backup.createdAt} /> },
          ...(details === undefined
            ? []
            : [
                { label: words.why, value: words.causes[details.cause] ?? details.cause },
                {
                  label: words.howMuch,
                  value: [
                    details.sizeBytes === undefined ? "" : sizeOf(details.sizeBytes),
                    details.files === undefined ? "" : words.files(details.files),
                  ]
                    .filter((text) => text !== "")
                    .join(" · "),
                },
                {
                  label: words.proven,
                  value: details.verifiedAt === undefined ? words.notProven : <Moment at={details.verifiedAt} />,
                },
                { label: words.consistency, value: words.consistencies[details.consistency ?? ""] ?? "" },
                { label: words.quiesceProblem, value: details.quiesceProblem ?? "" },
                { label: words.note, value: details.note ?? "" },
                { label: words.snapshot, value: details.vaultSnapshot ?? "" },
              ]),
        ].filter(({ value }) => value !== "")}
      />
    </Container>
  );
}
