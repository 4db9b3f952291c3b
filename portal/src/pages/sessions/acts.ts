import type { StreamingSession, StreamingSessionBackup } from "@aws-sdk/client-nimble";
import { exactly, lengthOf } from "../../parts/time";
import { artist } from "../../strings/artist";

const words = artist.sessions;
const effects = artist.effects;

export type Act = "open" | "start" | "stop" | "backUp" | "terminate";

/** What can be done with a session in its state, the likeliest first. */
export function actsOf(session: Pick<StreamingSession, "state" | "sessionPersistenceMode">): readonly Act[] {
  switch (session.state) {
    case "READY":
      return session.sessionPersistenceMode === "DEACTIVATED"
        ? ["open", "backUp", "terminate"]
        : ["open", "stop", "backUp", "terminate"];
    case "STOPPED":
      return ["start", "terminate"];
    case "START_FAILED":
    case "STOP_FAILED":
    case "CREATE_FAILED":
    case "DELETE_FAILED":
      return ["terminate"];
    default:
      return [];
  }
}

/** What will come to it by itself and when; an empty text where nothing will. */
export function timeLeft(session: Pick<StreamingSession, "state" | "stopAt" | "terminateAt">, now: number): string {
  const inWords = (at: Date) => (at.getTime() <= now ? words.overdue : lengthOf(at.getTime() - now));
  if (session.state === "READY" && session.stopAt) return words.stopsIn(inWords(session.stopAt));
  if (session.terminateAt && (session.state === "READY" || session.state === "STOPPED")) {
    return words.terminatesIn(inWords(session.terminateAt));
  }
  if (session.state === "READY") return words.noLimit;
  return session.state === "STOPPED" ? words.noLimitStopped : "";
}

/** An act's consequences for the person's work, one a line, the losses first. */
export interface Consequences {
  readonly losses: readonly string[];
  readonly rest: readonly string[];
  /** Whether files are lost that no backup holds, so that the person has to say that they know. */
  readonly grave: boolean;
}

const makesBackups = (session: StreamingSession) => session.backupMode === "AUTOMATIC" && session.maxBackupsToRetain !== 0;

export function consequencesOfStop(session: StreamingSession): Consequences {
  const backup = makesBackups(session) ? effects.backupFirst : effects.noBackup;
  const stays = session.volumeRetentionMode !== "DELETE";
  const grave = !stays && !makesBackups(session);
  return {
    losses: [effects.programs, ...(stays ? [] : [effects.filesGo])],
    rest: [...(stays ? [effects.filesStay] : []), backup],
    grave,
  };
}

/** `backups` are the session's own. */
export function consequencesOfTermination(
  session: StreamingSession,
  backups: readonly StreamingSessionBackup[],
): Consequences {
  const newest = backups.find((backup) => backup.state === "READY");
  const last = session.state === "READY" && makesBackups(session);
  const losses = [...(session.state === "READY" ? [effects.programs] : []), effects.desktopGoes];
  if (last) return { losses, rest: [effects.lastBackupFirst, effects.backupsStay], grave: false };
  if (newest === undefined) return { losses: [...losses, effects.noBackupsAtAll], rest: [], grave: true };
  const isWhole = session.state === "STOPPED" && newest.createdAt !== undefined && session.stoppedAt !== undefined && newest.createdAt >= new Date(session.stoppedAt.getTime() - 60_000);
  return {
    losses: isWhole || newest.createdAt === undefined ? losses : [...losses, effects.lostSince(exactly(newest.createdAt))],
    rest: [effects.backupsStay],
    grave: false,
  };
}
