import type { StreamingSession } from "@aws-sdk/client-nimble";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import { useSessionDetails } from "../api/backups";
import { backups as words } from "../strings/backups";
import { sizeOf } from "./size";
import { lengthOf } from "./time";

/** How far a restore out of the vault has come; nothing where none is under way. */
export function RestoreProgress({ session }: { readonly session: StreamingSession }) {
  const restore = useSessionDetails(session).data?.restore;
  if (restore === undefined) return null;
  const left = restore.secondsLeft === undefined ? "" : words.progress.left(lengthOf(restore.secondsLeft * 1000));
  return (
    <ProgressBar
      value={restore.percent}
      label={words.browse.root}
      description={words.progress.size(sizeOf(restore.doneBytes), sizeOf(restore.totalBytes))}
      additionalInfo={left}
    />
  );
}
