import type { StreamingSession, StreamingSessionBackup } from "@aws-sdk/client-nimble";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useBackupPages } from "../../api/backups";
import { awsLine } from "../../api/commandLine";
import { useMyProfiles, useMySessions } from "../../api/sessions";
import { useIdentity } from "../../identity/identity";
import { ApiCall } from "../../parts/ApiCall";
import { BackupTimeline } from "../../parts/BackupTimeline";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { Loading } from "../../parts/Loading";
import { relative, useNow } from "../../parts/time";
import { useTitle } from "../../parts/useTitle";
import { backups as words } from "../../strings/backups";
import { files } from "../../strings/files";
import { profileName } from "../sessions/names";
import { bySession } from "./grouping";

/** Sessions whose backups are shown at first: the details of each are another question. */
const UNFOLDED = 2;

export default function Backups() {
  const { api, user } = useIdentity();
  const backups = useBackupPages(user.principalId);
  const all = backups.data?.pages.flatMap((page) => page.backups);
  const sessions = useMySessions();
  const profiles = useMyProfiles();
  const navigate = useNavigate();
  useTitle(words.title);
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={words.description}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <ApiCall
              lines={[awsLine(api, "ListStreamingSessionBackups", { studioId: api.studioId, ownedBy: user.principalId })]}
            />
            <Button
              iconName="search"
              href="/backups/search"
              onFollow={(event) => {
                event.preventDefault();
                void navigate("/backups/search");
              }}
            >
              {files.search.link}
            </Button>
          </SpaceBetween>
        }
      >
        {words.title}
      </Header>
      <ErrorPanel error={backups.error} again={() => void backups.refetch()} />
      {backups.data === undefined && backups.error === null && <Loading />}
      {all?.length === 0 && (
        <Box textAlign="center" padding={{ vertical: "xl" }}>
          <Box variant="h2">{words.emptyTitle}</Box>
          <Box color="text-body-secondary">{words.empty}</Box>
        </Box>
      )}
      {bySession(all ?? []).map(([sessionId, own], place) => (
        <OfSession
          key={sessionId}
          sessionId={sessionId}
          backups={own}
          session={sessions.data?.find((session) => session.sessionId === sessionId)}
          gone={sessions.data !== undefined && !sessions.data.some((session) => session.sessionId === sessionId)}
          name={profileName(profiles.data, own[0] ?? {})}
          unfolded={place < UNFOLDED}
        />
      ))}
      {backups.hasNextPage && (
        <Button loading={backups.isFetchingNextPage} onClick={() => void backups.fetchNextPage()}>
          {words.showOlder}
        </Button>
      )}
    </SpaceBetween>
  );
}

interface OfSessionProps {
  readonly sessionId: string;
  readonly backups: readonly StreamingSessionBackup[];
  readonly session: StreamingSession | undefined;
  readonly gone: boolean;
  readonly name: string;
  readonly unfolded: boolean;
}

function OfSession({ sessionId, backups, session, gone, name, unfolded }: OfSessionProps) {
  const [open, setOpen] = useState(unfolded);
  const now = useNow();
  const navigate = useNavigate();
  const there = `/sessions/${sessionId}`;
  const [newest] = backups;
  return (
    <ExpandableSection
      variant="container"
      headingTagOverride="h2"
      expanded={open}
      onChange={({ detail }) => setOpen(detail.expanded)}
      headerText={name}
      headerDescription={newest?.createdAt === undefined ? "" : words.newestOf(backups.length, relative(newest.createdAt, now))}
    >
      {open && (
        <SpaceBetween size="s">
          {gone ? (
            <Box color="text-body-secondary">{words.sessionGone}</Box>
          ) : (
            <Link
              href={there}
              onFollow={(event) => {
                event.preventDefault();
                void navigate(there);
              }}
            >
              {words.sessionId(sessionId)}
            </Link>
          )}
          <BackupTimeline name={name} backups={backups} session={session} />
        </SpaceBetween>
      )}
    </ExpandableSection>
  );
}
