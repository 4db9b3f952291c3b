import type { StreamingSession } from "@aws-sdk/client-nimble";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import { isForbidden } from "../../api/errors";
import type { OpenStream } from "../../api/operations";
import { SESSIONS } from "../../api/sessions";
import { useOpenStreams } from "../../api/streams";
import { useIdentity } from "../../identity/identity";
import { AskedAct } from "../../parts/AskedAct";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { Loading } from "../../parts/Loading";
import { useNotify } from "../../parts/notifications";
import { exactly, Moment } from "../../parts/time";
import { artist } from "../../strings/artist";
import "./streams.css";

const words = artist.streams;

/** Who sees a running session's desktop, or may by a link; each can be ended without ending the session. */
export function Streams({ session }: { readonly session: StreamingSession }) {
  const { data: streams, error, refetch } = useOpenStreams(session);
  if (session.state !== "READY" || isForbidden(error)) return null;
  return (
    <Container
      header={
        <Header variant="h2" description={words.description}>
          {words.title}
        </Header>
      }
    >
      <ErrorPanel error={error} again={() => void refetch()} />
      {streams === undefined && error === null && <Loading />}
      {streams?.length === 0 && <Box color="text-body-secondary">{words.none}</Box>}
      {streams !== undefined && streams.length > 0 && (
        <ul className="streams" aria-label={words.title}>
          {streams.map((stream) => (
            <One key={stream.streamId} stream={stream} />
          ))}
        </ul>
      )}
    </Container>
  );
}

function One({ stream }: { readonly stream: OpenStream }) {
  const { api, user } = useIdentity();
  const notify = useNotify();
  const { sessionId, streamId, createdAt, createdBy, ownedBy, openedAt, expiresAt } = stream;
  const who = createdBy === user.principalId ? words.you : createdBy === ownedBy ? words.owner : createdBy;
  return (
    <li>
      <div>
        <Box variant="strong">{who}</Box>{" "}
        <Box variant="span" color="text-body-secondary">
          {openedAt === undefined ? words.notOpened(exactly(new Date(expiresAt))) : words.opened} <Moment at={openedAt ?? createdAt} />
        </Box>
      </div>
      <AskedAct
        text={words.end}
        label={words.endOf(who, exactly(new Date(createdAt)))}
        title={words.endTitle}
        losses={[words.ends]}
        rest={[words.rest]}
        submit={words.end}
        failed={words.failed}
        run={async () => {
          await api.additions.call("RevokeStreamingSessionStream", { studioId: api.studioId, sessionId, streamId });
          // Said here: once the list is read again, this row is gone, and with it whatever would come after.
          notify({ id: `stream-${streamId}`, type: "success", header: words.done });
        }}
        changes={[SESSIONS]}
      />
    </li>
  );
}
