import type { StreamingSessionBackup } from "@aws-sdk/client-nimble";
import type { StreamingSessionBackupDetails } from "../../../api/operations";

/** Whether a backup could not be made, or says why it is not made yet: a vault that is away, say. */
export function isFailing({ state, statusMessage }: Pick<StreamingSessionBackup, "state" | "statusMessage">): boolean {
  return state === "CREATE_FAILED" || (state === "CREATE_IN_PROGRESS" && statusMessage !== undefined && statusMessage !== "");
}

/** Whether a backup was read back and compared, and that proof still holds. */
export function isProven(
  details: Pick<StreamingSessionBackupDetails, "verifiedAt" | "proofDueAt"> | undefined,
  now: number,
): boolean {
  if (details?.verifiedAt === undefined) return false;
  return details.proofDueAt === undefined || new Date(details.proofDueAt).getTime() > now;
}
