import type { StreamingSession, StreamingSessionBackup } from "@aws-sdk/client-nimble";
import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import { backups } from "../strings/backups";
import { IdToTell } from "./IdToTell";

const words = backups.failure;

export interface FailedBackupProps {
  readonly backup: StreamingSessionBackup;
  /** The session that it is of, while it is there. */
  readonly session: StreamingSession | undefined;
}

/** Of a backup that could not be made: what happened, what that means for the person's work, and what to do. */
export function FailedBackup({ backup, session }: FailedBackupProps) {
  const { backupId = "", statusMessage = "" } = backup;
  return (
    <Alert type="error" header={words.title}>
      {statusMessage !== "" && <Box color="inherit">{statusMessage}</Box>}
      <Box color="inherit">{session === undefined ? words.meansOthers : words.means}</Box>
      <Box color="inherit">{words.todo}</Box>
      <IdToTell label={words.id} id={backupId} />
    </Alert>
  );
}
