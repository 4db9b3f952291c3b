import type { StreamingSessionBackup } from "@aws-sdk/client-nimble";

/** Backups by the session that they are of, in the order in which they came; the session with the first one first. */
export function bySession(
  backups: readonly StreamingSessionBackup[],
): readonly (readonly [string, readonly StreamingSessionBackup[]])[] {
  const groups = new Map<string, StreamingSessionBackup[]>();
  for (const backup of backups) {
    const sessionId = backup.sessionId ?? "";
    const group = groups.get(sessionId);
    if (group === undefined) groups.set(sessionId, [backup]);
    else group.push(backup);
  }
  return [...groups];
}
