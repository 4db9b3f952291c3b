import type { StreamingSession } from "@aws-sdk/client-nimble";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Popover from "@cloudscape-design/components/popover";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Spinner from "@cloudscape-design/components/spinner";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { useNavigate, useParams } from "react-router";
import { isChanging, useMyProfiles, useSession, useSessionActs } from "../../api/sessions";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { RestoreProgress } from "../../parts/RestoreProgress";
import { State } from "../../parts/State";
import { lengthOf, useNow } from "../../parts/time";
import { Unread } from "../../parts/Unread";
import { useTitle } from "../../parts/useTitle";
import { artist } from "../../strings/artist";
import { desktop as words } from "../../strings/desktop";
import { profileName } from "../sessions/names";
import { ConfirmAct } from "../sessions/ConfirmAct";
import { type Connection, useConnection } from "./connection";
import { pictureOf } from "./picture";
import { useStream } from "./stream";
import "./desktop.css";

export default function Desktop() {
  const { sessionId = "" } = useParams();
  const session = useSession(sessionId);
  const profiles = useMyProfiles();
  const name = session.data === undefined ? sessionId : profileName(profiles.data, session.data);
  useTitle(words.title(name));
  if (session.data === undefined) {
    return (
      <div className="desktop-notice">
        <Unread query={session} title={words.unread} home={{ href: "/", text: artist.sessions.title }} />
      </div>
    );
  }
  if (session.data.state === "READY") return <Running session={session.data} name={name} />;
  return <NotRunning session={session.data} name={name} />;
}

function Running({ session, name }: { readonly session: StreamingSession; readonly name: string }) {
  const [attempt, setAttempt] = useState(0);
  const [stopping, setStopping] = useState(false);
  const stage = useRef<HTMLDivElement>(null);
  const frame = useRef<HTMLIFrameElement>(null);
  const acts = useSessionActs();
  const navigate = useNavigate();
  const look = useCallback(() => pictureOf(frame.current), []);
  const connection = useConnection(look);
  const stream = useStream(session, attempt);
  const { recoveries } = connection;
  useEffect(() => {
    // After the server was away: through the same stream, whose ticket this browser has redeemed.
    if (recoveries > 0) reload(frame.current);
  }, [recoveries]);
  return (
    <div className="desktop">
      <div className="desktop-toolbar" role="toolbar" aria-label={words.toolbar}>
        <Button variant="icon" iconName="arrow-left" ariaLabel={words.back} onClick={() => void navigate("/")} />
        <h1 className="desktop-name">{name}</h1>
        <QualityShown connection={connection} />
        <span className="desktop-acts">
          <Button iconName="refresh" onClick={() => setAttempt((known) => known + 1)}>
            {words.reconnect}
          </Button>
          <Button onClick={() => setStopping(true)}>{words.stop}</Button>
          <Button variant="primary" iconName="full-screen" onClick={() => void goFullScreen(stage.current, frame.current)}>
            {words.fullScreen}
          </Button>
        </span>
      </div>
      {connection.lost && (
        <Alert type="warning" header={words.lostTitle}>
          {words.lost}
        </Alert>
      )}
      <ErrorPanel error={stream.error} title={words.openingFailed} again={() => setAttempt((known) => known + 1)} />
      <div className="desktop-stage" ref={stage}>
        {stream.data === undefined ? (
          stream.error === null && <Waiting title={words.opening} />
        ) : (
          <iframe
            key={stream.data}
            ref={frame}
            className="desktop-frame"
            title={words.frame(name)}
            src={stream.data}
            allow="fullscreen; clipboard-read; clipboard-write; autoplay; gamepad"
            onLoad={() => frame.current?.focus()}
          />
        )}
      </div>
      {stopping && (
        <ConfirmAct
          act="stop"
          session={session}
          name={name}
          acts={acts}
          close={() => setStopping(false)}
        />
      )}
    </div>
  );
}

function QualityShown({ connection }: { readonly connection: Connection }) {
  const { quality, lost } = connection;
  const { frames, megabits } = connection.picture;
  const grade = lost ? "lost" : quality.grade;
  const sign = { measuring: "pending", good: "success", fair: "warning", poor: "warning", lost: "error" } as const;
  const figures = lost || grade === "measuring" ? [] : [words.quality.roundTrip(quality.roundTrip)];
  if (frames !== null && !lost) figures.push(words.quality.frames(Math.round(frames)));
  if (megabits !== null && !lost) figures.push(words.quality.bandwidth(megabits));
  return (
    <span className="desktop-quality" data-grade={grade}>
      <Popover
        header={words.quality.about}
        dismissButton={false}
        content={
          <SpaceBetween size="xs">
            <Box>{words.quality.means[grade]}</Box>
            {!lost && grade !== "measuring" && <Box>{words.quality.range(quality.least, quality.most)}</Box>}
            {frames !== null && <Box color="text-body-secondary">{words.quality.framesMean}</Box>}
          </SpaceBetween>
        }
      >
        <StatusIndicator type={sign[grade]}>{[words.quality[grade], ...figures].join(" · ")}</StatusIndicator>
      </Popover>
    </span>
  );
}

function NotRunning({ session, name }: { readonly session: StreamingSession; readonly name: string }) {
  const acts = useSessionActs();
  const navigate = useNavigate();
  const now = useNow();
  const state = session.state ?? "";
  const sessionId = session.sessionId ?? "";
  if (isChanging(session)) {
    const since = session.updatedAt ?? session.createdAt;
    return (
      <Waiting title={words.waiting[state] ?? state} heading={name}>
        <Box color="text-body-secondary">{words.waitingText[state]}</Box>
        {session.statusMessage !== undefined && session.statusMessage !== "" && <Box>{session.statusMessage}</Box>}
        {since !== undefined && <Box color="text-body-secondary">{words.since(lengthOf(now - since.getTime()))}</Box>}
        <RestoreProgress session={session} />
      </Waiting>
    );
  }
  const gone = state === "DELETED";
  return (
    <div className="desktop-notice">
      <SpaceBetween size="m">
        <Box variant="h1">{name}</Box>
        {state === "STOPPED" ? (
          <Alert
            type="info"
            header={words.stoppedTitle}
            action={
              <Button variant="primary" loading={acts.start.isPending} onClick={() => acts.start.mutate({ sessionId })}>
                {words.start}
              </Button>
            }
          >
            {words.stopped}
          </Alert>
        ) : gone ? (
          <Alert
            type="info"
            header={words.goneTitle}
            action={<Button onClick={() => void navigate("/backups")}>{words.toBackups}</Button>}
          >
            {words.gone}
          </Alert>
        ) : (
          <State state={state} message={session.statusMessage} />
        )}
        <ErrorPanel error={acts.start.error} />
        <Button variant="link" onClick={() => void navigate("/")}>
          {words.back}
        </Button>
      </SpaceBetween>
    </div>
  );
}

function Waiting({ title, heading, children }: { readonly title: string; readonly heading?: string; readonly children?: ReactNode }) {
  return (
    <div className="desktop-notice">
      <Box textAlign="center">
        <SpaceBetween size="s">
          {heading !== undefined && <Box variant="h1">{heading}</Box>}
          <span role="status">
            <Spinner size="large" /> <Box variant="strong">{title}</Box>
          </span>
          {children}
        </SpaceBetween>
      </Box>
    </div>
  );
}

function reload(frame: HTMLIFrameElement | null): void {
  try {
    frame?.contentWindow?.location.reload();
  } catch {
    // A browser's own page of an error is nobody's to reload; the button for another stream is there.
  }
}

async function goFullScreen(stage: HTMLElement | null, frame: HTMLIFrameElement | null): Promise<void> {
  try {
    await stage?.requestFullscreen();
  } catch {
    return;
  }
  // Keys such as Escape and Alt+Tab belong to the desktop where the browser can give them.
  const keyboard = (navigator as { keyboard?: { lock?: () => Promise<void> } }).keyboard;
  await keyboard?.lock?.().catch(() => undefined);
  frame?.focus();
}
