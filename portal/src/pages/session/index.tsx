import type { StreamingSession } from "@aws-sdk/client-nimble";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import BreadcrumbGroup from "@cloudscape-design/components/breadcrumb-group";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useEffect, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { useBackupPages, useRestoreActs, useSessionDetails } from "../../api/backups";
import { awsLine } from "../../api/commandLine";
import { useMyProfiles, useSession, useSessionActs } from "../../api/sessions";
import { useIdentity } from "../../identity/identity";
import { ApiCall } from "../../parts/ApiCall";
import { BackupTimeline, STRIDE } from "../../parts/BackupTimeline";
import { Confirm } from "../../parts/Confirm";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { Loading } from "../../parts/Loading";
import { useNotify } from "../../parts/notifications";
import { RestoreProgress } from "../../parts/RestoreProgress";
import { State } from "../../parts/State";
import { exactly, Moment, useNow } from "../../parts/time";
import { Unread } from "../../parts/Unread";
import { useTitle } from "../../parts/useTitle";
import { artist } from "../../strings/artist";
import { backups as words } from "../../strings/backups";
import { ConfirmAct } from "../sessions/ConfirmAct";
import { SessionActsMenu } from "../sessions/SessionActsMenu";
import { timeLeft } from "../sessions/acts";
import { profileName } from "../sessions/names";
import { Streams } from "./Streams";

const page = words.sessionPage;

export default function SessionPage() {
  const { sessionId = "" } = useParams();
  const { api } = useIdentity();
  const session = useSession(sessionId);
  const profiles = useMyProfiles();
  const acts = useSessionActs();
  const navigate = useNavigate();
  const [asked, setAsked] = useState<"stop" | "terminate" | null>(null);
  const name = session.data === undefined ? sessionId : profileName(profiles.data, session.data);
  useTitle(name);
  if (session.data === undefined) {
    return <Unread query={session} title={page.unread} home={{ href: "/", text: artist.sessions.title }} />;
  }
  const named = { studioId: api.studioId, sessionId };
  return (
    <SpaceBetween size="l">
      <BreadcrumbGroup
        items={[
          { text: artist.sessions.title, href: "/" },
          { text: name, href: `/sessions/${sessionId}` },
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
            <ApiCall lines={[awsLine(api, "GetStreamingSession", named)]} />
            <SessionActsMenu session={session.data} name={name} acts={acts} ask={setAsked} />
          </SpaceBetween>
        }
      >
        {name}
      </Header>
      <ErrorPanel error={session.error} />
      <ErrorPanel error={acts.start.error} title={artist.sessions.failed.start} dismiss={acts.start.reset} />
      <ErrorPanel error={acts.backUp.error} title={artist.sessions.failed.backUp} dismiss={acts.backUp.reset} />
      <Undo session={session.data} name={name} />
      <RestoreProgress session={session.data} />
      <Facts session={session.data} />
      <Streams session={session.data} />
      <Container header={<Header variant="h2">{words.ofSession(name)}</Header>}>
        <Backups session={session.data} name={name} />
      </Container>
      {asked !== null && (
        <ConfirmAct act={asked} session={session.data} name={name} acts={acts} close={() => setAsked(null)} />
      )}
    </SpaceBetween>
  );
}

/** Pages of the owner's backups that are looked through for this session's, before the person is asked whether to go on. */
const LOOKED_THROUGH = 5;

function Backups({ session, name }: { readonly session: StreamingSession; readonly name: string }) {
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useBackupPages(session.ownedBy ?? "");
  const own = (data?.pages ?? []).flatMap(({ backups }) => backups).filter(({ sessionId }) => sessionId === session.sessionId);
  const further = hasNextPage && own.length < STRIDE && (data?.pages.length ?? 0) < LOOKED_THROUGH;
  useEffect(() => {
    if (further && !isFetchingNextPage && error === null) void fetchNextPage();
  }, [further, isFetchingNextPage, error, fetchNextPage]);
  return (
    <SpaceBetween size="m">
      <ErrorPanel error={error} again={() => void refetch()} />
      {own.length > 0 ? (
        <BackupTimeline name={name} backups={own} session={session} />
      ) : (
        data !== undefined && !hasNextPage && <Box color="text-body-secondary">{page.noBackups}</Box>
      )}
      {(data === undefined && error === null) || further
        ? <Loading />
        : hasNextPage && (
            <Button loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              {words.lookForOlder}
            </Button>
          )}
    </SpaceBetween>
  );
}

function Facts({ session }: { readonly session: StreamingSession }) {
  const now = useNow();
  const details = useSessionDetails(session).data;
  const left = timeLeft(session, now);
  const off = session.backupMode === "DEACTIVATED" || session.maxBackupsToRetain === 0;
  return (
    <Container header={<Header variant="h2">{page.facts}</Header>}>
      <KeyValuePairs
        columns={3}
        minColumnWidth={180}
        items={[
          {
            label: page.state,
            value: (
              <>
                <State state={session.state} message={session.statusMessage} />
                {left !== "" && <Box color="text-body-secondary">{left}</Box>}
              </>
            ),
          },
          { label: page.made, value: <Moment at={session.createdAt} /> },
          ...(session.state === "READY" && session.startedAt !== undefined
            ? [{ label: page.started, value: <Moment at={session.startedAt} /> }]
            : []),
          ...(details === undefined
            ? []
            : [{ label: page.startedFrom, value: page.origins[details.startedFrom] ?? details.startedFrom }]),
          { label: page.keeps, value: off ? page.backupsOff : String(session.maxBackupsToRetain ?? "") },
          ...(details?.nextBackupDueAt === undefined
            ? []
            : [{ label: page.nextBackup, value: <Moment at={details.nextBackupDueAt} /> }]),
          ...(details?.lastProvenBackupAt === undefined
            ? []
            : [{ label: page.lastProven, value: <Moment at={details.lastProvenBackupAt} /> }]),
          { label: page.machine, value: session.ec2InstanceType ?? "" },
          { label: page.id, value: session.sessionId ?? "" },
        ].filter(({ value }) => value !== "")}
      />
    </Container>
  );
}

/** Where a restore has replaced files that are still kept: that, and the way back. */
function Undo({ session, name }: { readonly session: StreamingSession; readonly name: string }) {
  const [asked, setAsked] = useState(false);
  const { undo } = useRestoreActs();
  const notify = useNotify();
  const sessionId = session.sessionId ?? "";
  const [kept] = useSessionDetails(session).data?.keptVolumes ?? [];
  if (kept === undefined) return null;
  const stopped = session.state === "STOPPED";
  return (
    <>
      <Alert
        type="info"
        action={
          <Button disabled={!stopped} onClick={() => setAsked(true)}>
            {words.undo.button}
          </Button>
        }
      >
        {words.undo.available(exactly(new Date(kept.until)))} {!stopped && words.undo.needsStop}
      </Alert>
      {asked && (
        <Confirm
          title={words.undo.title(name)}
          losses={[words.undo.loses]}
          rest={[words.undo.rest]}
          submit={words.undo.submit}
          busy={undo.isPending}
          error={undo.error}
          errorTitle={words.undo.failed}
          onSubmit={() =>
            undo.mutate(sessionId, {
              onSuccess: () => {
                setAsked(false);
                notify({ id: `undo-${sessionId}`, type: "success", header: words.undo.done });
              },
            })
          }
          onCancel={() => setAsked(false)}
        />
      )}
    </>
  );
}
