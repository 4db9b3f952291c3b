import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import FormField from "@cloudscape-design/components/form-field";
import ProgressBar from "@cloudscape-design/components/progress-bar";
import RadioGroup from "@cloudscape-design/components/radio-group";
import { useState } from "react";
import { useBringBack, useFileRestore } from "../../api/files";
import type { FileRestorePlace } from "../../api/operations";
import { Confirm } from "../../parts/Confirm";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { sizeOf } from "../../parts/size";
import { backups } from "../../strings/backups";
import { common } from "../../strings/common";
import { files } from "../../strings/files";

const words = files.restore;
/** Files that are named one by one when they are back. */
const NAMED = 5;

export interface BringBackProps {
  readonly backupId: string;
  readonly paths: readonly string[];
  /** Told the restore that has begun. */
  readonly begun: (restoreId: string) => void;
  readonly close: () => void;
}

/** Asks where chosen files shall go, and sends them there. */
export function BringBack({ backupId, paths, begun, close }: BringBackProps) {
  const [place, setPlace] = useState<FileRestorePlace>("BESIDE");
  const bringBack = useBringBack(backupId);
  return (
    <Confirm
      title={words.title(paths.length)}
      losses={place === "OVER" ? [words.overLoses(paths.length)] : []}
      submit={words.submit}
      busy={bringBack.isPending}
      error={bringBack.error}
      errorTitle={words.failed}
      onSubmit={() => bringBack.mutate({ paths, place }, { onSuccess: ({ restoreId }) => begun(restoreId) })}
      onCancel={close}
    >
      <FormField label={words.where}>
        <RadioGroup
          value={place}
          onChange={({ detail }) => setPlace(detail.value as FileRestorePlace)}
          items={[
            { value: "BESIDE", label: words.beside, description: words.besideText },
            { value: "OVER", label: words.over, description: words.overText },
          ]}
        />
      </FormField>
    </Confirm>
  );
}

export interface BroughtBackProps {
  readonly backupId: string;
  readonly restoreId: string;
  readonly dismiss: () => void;
}

/** How far files are on their way back, and where they are at its end. */
export function BroughtBack({ backupId, restoreId, dismiss }: BroughtBackProps) {
  const { data: restore, error } = useFileRestore(backupId, restoreId);
  if (restore === undefined) return <ErrorPanel error={error} dismiss={dismiss} />;
  if (restore.state === "IN_PROGRESS") {
    const total = restore.totalBytes ?? 0;
    return (
      <ProgressBar
        value={total === 0 ? 0 : (100 * restore.doneBytes) / total}
        label={words.progress}
        description={backups.progress.size(sizeOf(restore.doneBytes), sizeOf(total))}
        additionalInfo={restore.statusMessage ?? ""}
      />
    );
  }
  const failed = restore.state === "FAILED";
  return (
    <Alert
      type={failed ? "error" : "success"}
      header={failed ? words.stopped : words.done}
      dismissible
      dismissAriaLabel={common.dismiss}
      onDismiss={dismiss}
    >
      {failed && restore.statusMessage}
      {!failed &&
        restore.paths.slice(0, NAMED).map(({ path, target }) => (
          <Box key={path} color="inherit">
            {words.arrived(path, target)}
          </Box>
        ))}
      {!failed && restore.paths.length > NAMED && words.more(restore.paths.length - NAMED)}
    </Alert>
  );
}
