import { type StreamingSession, StreamingSessionState } from "@aws-sdk/client-nimble";
import { useState } from "react";
import { awsLine } from "../../../api/commandLine";
import { isChanging, SESSIONS, useSessionActs } from "../../../api/sessions";
import { type Names, readSessions, useNames } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { Brief } from "../../../parts/Brief";
import { ErrorPanel } from "../../../parts/ErrorPanel";
import { InnerLink } from "../../../parts/InnerLink";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { State } from "../../../parts/State";
import { Moment, useNow } from "../../../parts/time";
import { navigation } from "../../../strings/administration/navigation";
import { sessions as words } from "../../../strings/administration/sessions";
import { artist } from "../../../strings/artist";
import { timeLeft } from "../../sessions/acts";
import { ConfirmAct } from "../../sessions/ConfirmAct";
import { SessionActsMenu } from "../../sessions/SessionActsMenu";

interface Asked {
  readonly act: "stop" | "terminate";
  readonly session: StreamingSession;
}

export default function Sessions() {
  const { api } = useIdentity();
  const names = useNames();
  const acts = useSessionActs();
  const [asked, setAsked] = useState<Asked | null>(null);
  const nameOf = (session: StreamingSession) => words.named(names.profile(session.launchProfileId), names.person(session.ownedBy));
  const idOf = (session: StreamingSession) => session.sessionId ?? "";
  return (
    <>
      <Listing<StreamingSession>
        title={navigation.sessions}
        description={words.description}
        of={[SESSIONS]}
        idOf={idOf}
        read={({ owner }, nextToken, signal) => readSessions(api, owner, nextToken, signal)}
        ready={names.ready}
        columns={columnsOf(names)}
        filters={[
          {
            id: "find",
            label: words.find,
            keep: (session, typed) => mentions(typed, nameOf(session), session.sessionId),
          },
          {
            id: "state",
            label: words.state,
            choices: [
              { value: "failed", text: words.anyFailed },
              { value: "changing", text: words.anyChanging },
              ...Object.values(StreamingSessionState).map((value) => ({ value, text: artist.states[value] ?? value })),
            ],
            keep: ({ state = "" }, value) =>
              value === "failed" ? state.endsWith("_FAILED") : value === "changing" ? state.endsWith("_IN_PROGRESS") : state === value,
          },
          {
            id: "owner",
            label: words.owner,
            choices: names.people.map(({ principalId, userName }) => ({ value: principalId, text: userName })),
          },
        ]}
        lines={({ owner }) => [awsLine(api, "ListStreamingSessions", { studioId: api.studioId, ownedBy: owner })]}
        rowActions={(session) => (
          <SessionActsMenu
            session={session}
            name={nameOf(session)}
            acts={acts}
            ask={(act) => setAsked({ act, session })}
            details={`/sessions/${idOf(session)}`}
          />
        )}
        empty={<Empty title={words.emptyTitle}>{words.empty}</Empty>}
        isChanging={isChanging}
      >
        <ErrorPanel error={acts.start.error} title={artist.sessions.failed.start} dismiss={acts.start.reset} />
        <ErrorPanel error={acts.backUp.error} title={artist.sessions.failed.backUp} dismiss={acts.backUp.reset} />
      </Listing>
      {asked !== null && (
        <ConfirmAct
          act={asked.act}
          session={asked.session}
          name={nameOf(asked.session)}
          acts={acts}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

function columnsOf(names: Names): readonly Column<StreamingSession>[] {
  return [
    {
      id: "profile",
      header: words.profile,
      cell: ({ sessionId = "", launchProfileId }) => <InnerLink href={`/sessions/${sessionId}`}>{names.profile(launchProfileId)}</InnerLink>,
      sortedBy: ({ launchProfileId }) => names.profile(launchProfileId),
      isRowHeader: true,
    },
    { id: "owner", header: words.owner, cell: ({ ownedBy }) => names.person(ownedBy), sortedBy: ({ ownedBy }) => names.person(ownedBy) },
    {
      id: "state",
      header: words.state,
      cell: ({ state, statusMessage }) => (
        <Brief>
          <State state={state} message={statusMessage} />
        </Brief>
      ),
      sortedBy: ({ state = "" }) => artist.states[state] ?? state,
    },
    {
      id: "left",
      header: words.left,
      cell: (session) => <Left session={session} />,
      sortedBy: ({ state, stopAt, terminateAt }) => (state === "READY" ? (stopAt ?? terminateAt) : terminateAt),
    },
    { id: "made", header: words.made, cell: ({ createdAt }) => <Moment at={createdAt} />, sortedBy: ({ createdAt }) => createdAt },
    { id: "machine", header: words.machine, cell: ({ ec2InstanceType }) => ec2InstanceType ?? "", sortedBy: ({ ec2InstanceType }) => ec2InstanceType },
    {
      id: "backups",
      header: words.backups,
      cell: kept,
      sortedBy: kept,
      atFirstHidden: true,
    },
    { id: "started", header: words.started, cell: ({ startedAt }) => (startedAt === undefined ? "" : <Moment at={startedAt} />), sortedBy: ({ startedAt }) => startedAt, atFirstHidden: true },
    { id: "stopped", header: words.stopped, cell: ({ stoppedAt }) => (stoppedAt === undefined ? "" : <Moment at={stoppedAt} />), sortedBy: ({ stoppedAt }) => stoppedAt, atFirstHidden: true },
    { id: "launchedBy", header: words.launchedBy, cell: ({ createdBy }) => names.person(createdBy), sortedBy: ({ createdBy }) => names.person(createdBy), atFirstHidden: true },
    { id: "image", header: words.image, cell: ({ streamingImageId }) => streamingImageId ?? "", atFirstHidden: true },
    { id: "id", header: words.id, cell: ({ sessionId }) => sessionId ?? "", sortedBy: ({ sessionId }) => sessionId, atFirstHidden: true },
  ];
}

function kept({ backupMode, maxBackupsToRetain = 0 }: StreamingSession): string {
  return backupMode === "AUTOMATIC" && maxBackupsToRetain > 0 ? words.backupsOn(maxBackupsToRetain) : words.backupsOff;
}

function Left({ session }: { readonly session: StreamingSession }) {
  return <>{timeLeft(session, useNow())}</>;
}
