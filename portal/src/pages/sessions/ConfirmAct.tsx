import type { StreamingSession } from "@aws-sdk/client-nimble";
import { useLatestBackups } from "../../api/backups";
import type { SessionActs } from "../../api/sessions";
import { Confirm } from "../../parts/Confirm";
import { artist } from "../../strings/artist";
import { consequencesOfStop, consequencesOfTermination } from "./acts";

export interface ConfirmActProps {
  readonly act: "stop" | "terminate";
  readonly session: StreamingSession;
  readonly name: string;
  readonly acts: SessionActs;
  readonly close: () => void;
}

/** Asks before a session is stopped or terminated, in words about the person's work, and does it. */
export function ConfirmAct({ act, session, name, acts, close }: ConfirmActProps) {
  const effects = artist.effects;
  const doing = acts[act];
  const backups = useLatestBackups(session) ?? [];
  const { losses, rest, grave } =
    act === "stop" ? consequencesOfStop(session) : consequencesOfTermination(session, backups);
  return (
    <Confirm
      title={act === "stop" ? effects.stopTitle(name) : effects.terminateTitle(name)}
      submit={act === "stop" ? effects.stop : effects.terminate}
      losses={losses}
      rest={rest}
      {...(grave ? { acknowledge: effects.understand } : {})}
      busy={doing.isPending}
      error={doing.error}
      errorTitle={artist.sessions.failed[act]}
      onSubmit={() => doing.mutate({ sessionId: session.sessionId ?? "" }, { onSuccess: close })}
      onCancel={() => {
        doing.reset();
        close();
      }}
    />
  );
}
