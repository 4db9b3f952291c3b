import type { LaunchProfile, StreamingSession } from "@aws-sdk/client-nimble";
import Box from "@cloudscape-design/components/box";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import Cards from "@cloudscape-design/components/cards";
import Header from "@cloudscape-design/components/header";
import Link from "@cloudscape-design/components/link";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useState } from "react";
import { useNavigate } from "react-router";
import { useLatestBackups } from "../../api/backups";
import { awsLine } from "../../api/commandLine";
import { type SessionActs, useMyProfiles, useMySessions, useSessionActs } from "../../api/sessions";
import { useIdentity } from "../../identity/identity";
import { ApiCall } from "../../parts/ApiCall";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { State } from "../../parts/State";
import { Moment, useNow } from "../../parts/time";
import { useTitle } from "../../parts/useTitle";
import { artist } from "../../strings/artist";
import { common } from "../../strings/common";
import { timeLeft } from "./acts";
import { ConfirmAct } from "./ConfirmAct";
import { profileName } from "./names";
import { SessionActsMenu } from "./SessionActsMenu";
import { Thumbnail } from "./Thumbnail";

const words = artist.sessions;

interface Asked {
  readonly act: "stop" | "terminate";
  readonly sessionId: string;
}

export default function Sessions() {
  const { api, user } = useIdentity();
  const sessions = useMySessions();
  const profiles = useMyProfiles();
  const acts = useSessionActs();
  const [asked, setAsked] = useState<Asked | null>(null);
  const navigate = useNavigate();
  useTitle(words.title);
  const nameOf = (session: StreamingSession) => profileName(profiles.data, session);
  const inQuestion = sessions.data?.find((session) => session.sessionId === asked?.sessionId);
  const listing = { studioId: api.studioId, ownedBy: user.principalId };
  return (
    <SpaceBetween size="l">
      <Cards
        header={
          <Header
            variant="h1"
            counter={sessions.data === undefined ? "" : words.count(sessions.data.length)}
            description={words.description}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <ApiCall lines={[awsLine(api, "ListStreamingSessions", listing)]} />
                <Launch profiles={profiles.data ?? []} acts={acts} />
              </SpaceBetween>
            }
          >
            {words.title}
          </Header>
        }
        variant="full-page"
        stickyHeader={false}
        items={sessions.data ?? []}
        loading={sessions.isPending && sessions.error === null}
        loadingText={common.loading}
        trackBy={(session) => session.sessionId ?? ""}
        cardsPerRow={[{ cards: 1 }, { minWidth: 700, cards: 2 }, { minWidth: 1200, cards: 3 }]}
        cardDefinition={{
          header: (session) => (
            <Link
              href={`/sessions/${session.sessionId ?? ""}`}
              fontSize="heading-m"
              onFollow={(event) => {
                event.preventDefault();
                void navigate(`/sessions/${session.sessionId ?? ""}`);
              }}
            >
              {nameOf(session)}
            </Link>
          ),
          sections: [
            { id: "thumbnail", content: (session) => <Thumbnail session={session} name={nameOf(session)} /> },
            { id: "state", content: (session) => <Condition session={session} /> },
            {
              id: "backup",
              header: words.lastBackup,
              content: (session) => <LastBackup session={session} />,
            },
            {
              id: "acts",
              content: (session) => (
                <SessionActsMenu
                  session={session}
                  name={nameOf(session)}
                  acts={acts}
                  ask={(act) => setAsked({ act, sessionId: session.sessionId ?? "" })}
                  details={`/sessions/${session.sessionId ?? ""}`}
                />
              ),
            },
          ],
        }}
        empty={
          sessions.error === null ? (
            <Empty profiles={profiles.data} acts={acts} />
          ) : (
            <ErrorPanel error={sessions.error} again={() => void sessions.refetch()} />
          )
        }
      />
      {sessions.data !== undefined && sessions.data.length > 0 && <ErrorPanel error={sessions.error} />}
      <ErrorPanel error={acts.launch.error} title={words.failed.launch} dismiss={acts.launch.reset} />
      <ErrorPanel error={acts.start.error} title={words.failed.start} dismiss={acts.start.reset} />
      <ErrorPanel error={acts.backUp.error} title={words.failed.backUp} dismiss={acts.backUp.reset} />
      {asked !== null && inQuestion !== undefined && (
        <ConfirmAct
          act={asked.act}
          session={inQuestion}
          name={nameOf(inQuestion)}
          acts={acts}
          close={() => setAsked(null)}
        />
      )}
    </SpaceBetween>
  );
}

function Condition({ session }: { readonly session: StreamingSession }) {
  const now = useNow();
  return (
    <>
      <State state={session.state} message={session.statusMessage} />
      <Box color="text-body-secondary" fontSize="body-s">
        {timeLeft(session, now)}
      </Box>
    </>
  );
}

function LastBackup({ session }: { readonly session: StreamingSession }) {
  const backups = useLatestBackups(session);
  if (backups === undefined) return <>{words.lookingForBackup}</>;
  const [newest] = backups;
  if (newest === undefined) return <>{words.noBackup}</>;
  return (
    <>
      <Moment at={newest.createdAt} /> {newest.state !== "READY" && <State state={newest.state} />}
    </>
  );
}

/** Launching is two clicks: this button, and the profile. */
function Launch({ profiles, acts }: { readonly profiles: readonly LaunchProfile[]; readonly acts: SessionActs }) {
  const navigate = useNavigate();
  const launch = (launchProfileId: string) =>
    acts.launch.mutate(
      { launchProfileId },
      { onSuccess: (session) => void navigate(`/sessions/${session.sessionId ?? ""}/desktop`) },
    );
  return (
    <ButtonDropdown
      variant="primary"
      loading={acts.launch.isPending}
      expandToViewport
      items={
        profiles.length === 0
          ? [{ id: "", text: words.noProfiles, disabled: true }]
          : profiles.map(({ launchProfileId = "", name = "", description = "" }) => ({
              id: launchProfileId,
              text: name,
              ...(description === "" ? {} : { secondaryText: description }),
            }))
      }
      onItemClick={({ detail }) => launch(detail.id)}
    >
      {words.launch}
    </ButtonDropdown>
  );
}

function Empty({ profiles, acts }: { readonly profiles: readonly LaunchProfile[] | undefined; readonly acts: SessionActs }) {
  const none = profiles?.length === 0;
  return (
    <Box textAlign="center" padding={{ vertical: "xl" }}>
      <SpaceBetween size="m">
        <Box variant="h2" padding="n">
          {words.emptyTitle}
        </Box>
        <Box color="text-body-secondary">{none ? words.emptyNoProfile : words.empty}</Box>
        {!none && <Launch profiles={profiles ?? []} acts={acts} />}
      </SpaceBetween>
    </Box>
  );
}
