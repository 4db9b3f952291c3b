import type { StreamingSession, StreamingSessionBackup } from "@aws-sdk/client-nimble";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import type { StreamingSessionBackupDetails } from "../api/operations";
import { backups } from "../strings/backups";
import { IdToTell } from "./IdToTell";
import { exactly } from "./time";

const words = backups.failure;

export interface FailedBackupProps {
  readonly backup: StreamingSessionBackup;
  /** The session that it is of, while it is there. */
  readonly session: StreamingSession | undefined;
  /** What Greenroom knows of it beyond the API, once that was read. */
  readonly details: StreamingSessionBackupDetails | undefined;
}

/** Of a backup that could not be made: which it was, what happened, what that means for the person's work, and what to do. */
export function FailedBackup({ backup, session, details }: FailedBackupProps) {
  const { backupId = "", statusMessage = "", createdAt } = backup;
  const asked = [
    details && (backups.causes[details.cause] ?? details.cause),
    details?.note !== undefined && words.note(details.note),
    createdAt && exactly(createdAt),
  ].filter((part) => typeof part === "string");
  return (
    <Alert type="error" header={words.title}>
      {asked.length > 0 && <Box color="inherit">{asked.join(", ")}.</Box>}
      {statusMessage !== "" && <Box color="inherit">{statusMessage}</Box>}
      <Box color="inherit">{session === undefined ? words.meansOthers : words.means}</Box>
      <Box color="inherit">{words.todo}</Box>
      <IdToTell label={words.id} id={backupId} />
    </Alert>
  );
}
