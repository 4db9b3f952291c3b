import type { StreamingSession, StreamingSessionBackup } from "@aws-sdk/client-nimble";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate } from "react-router";
import { awsLine } from "../../api/commandLine";
import { useMyBackups, useMyProfiles, useMySessions } from "../../api/sessions";
import { useIdentity } from "../../identity/identity";
import { ApiCall } from "../../parts/ApiCall";
import { BackupTimeline } from "../../parts/BackupTimeline";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { Loading } from "../../parts/Loading";
import { useTitle } from "../../parts/useTitle";
import { backups as words } from "../../strings/backups";
import { profileName } from "../sessions/names";
import { bySession } from "./grouping";

export default function Backups() {
  const { api, user } = useIdentity();
  const backups = useMyBackups();
  const sessions = useMySessions();
  const profiles = useMyProfiles();
  useTitle(words.title);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={words.description}
        actions={
          <ApiCall
            lines={[awsLine(api, "ListStreamingSessionBackups", { studioId: api.studioId, ownedBy: user.principalId })]}
          />
        }
      >
        {words.title}
      </Header>
      <ErrorPanel error={backups.error} again={() => void backups.refetch()} />
      {backups.data === undefined && backups.error === null && <Loading />}
      {backups.data?.length === 0 && (
        <Box textAlign="center" padding={{ vertical: "xl" }}>
          <Box variant="h2">{words.emptyTitle}</Box>
          <Box color="text-body-secondary">{words.empty}</Box>
        </Box>
      )}
      {bySession(backups.data ?? []).map(([sessionId, own]) => (
        <OfSession
          key={sessionId}
          sessionId={sessionId}
          backups={own}
          session={sessions.data?.find((session) => session.sessionId === sessionId)}
          gone={sessions.data !== undefined && !sessions.data.some((session) => session.sessionId === sessionId)}
          name={profileName(profiles.data, own[0] ?? {})}
        />
      ))}
    </SpaceBetween>
  );
}

interface OfSessionProps {
  readonly sessionId: string;
  readonly backups: readonly StreamingSessionBackup[];
  readonly session: StreamingSession | undefined;
  readonly gone: boolean;
  readonly name: string;
}

function OfSession({ sessionId, backups, session, gone, name }: OfSessionProps) {
  const navigate = useNavigate();
  const there = `/sessions/${sessionId}`;
  return (
    <Container
      header={
        <Header
          variant="h2"
          counter={`(${backups.length})`}
          description={gone ? words.sessionGone : words.sessionId(sessionId)}
        >
          {gone ? (
            name
          ) : (
            <Link
              href={there}
              fontSize="inherit"
              onFollow={(event) => {
                event.preventDefault();
                void navigate(there);
              }}
            >
              {name}
            </Link>
          )}
        </Header>
      }
    >
      <BackupTimeline name={name} backups={backups} session={session} />
    </Container>
  );
}
