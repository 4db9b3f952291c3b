import type { StreamingSession, StreamingSessionBackup } from "@aws-sdk/client-nimble";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Modal from "@cloudscape-design/components/modal";
import { useNavigate } from "react-router";
import { useRestoreActs } from "../api/backups";
import { useSessionActs } from "../api/sessions";
import { backups as words } from "../strings/backups";
import { common } from "../strings/common";
import { Confirm } from "./Confirm";
import { exactly } from "./time";

/** The session itself goes back, or another one begins with the files. */
export type StartKind = "start" | "new";

export interface StartFromProps {
  readonly kind: StartKind;
  readonly backup: StreamingSessionBackup;
  readonly session: StreamingSession | undefined;
  readonly name: string;
  readonly close: () => void;
}

/** Asks before a session is started from a backup or made from one, does it, and goes where it can be watched. */
export function StartFrom({ kind, backup, session, name, close }: StartFromProps) {
  const navigate = useNavigate();
  const { start } = useSessionActs();
  const { intoNew } = useRestoreActs();
  const backupId = backup.backupId ?? "";
  const sessionId = session?.sessionId ?? "";
  const when = backup.createdAt === undefined ? "" : exactly(backup.createdAt);
  const watch = (id: string) => {
    close();
    void navigate(`/sessions/${id}/desktop`);
  };
  if (kind === "new") {
    return (
      <Confirm
        title={words.restore.title}
        losses={[]}
        rest={[words.restore.effect(when)]}
        submit={words.restore.submit}
        busy={intoNew.isPending}
        error={intoNew.error}
        errorTitle={words.restore.failed}
        onSubmit={() => intoNew.mutate(backupId, { onSuccess: (made) => watch(made?.sessionId ?? "") })}
        onCancel={close}
      />
    );
  }
  if (session?.state !== "STOPPED") {
    return (
      <Modal
        visible
        header={words.start.title(name)}
        onDismiss={close}
        footer={
          <Box float="right">
            <Button variant="primary" onClick={close}>
              {common.close}
            </Button>
          </Box>
        }
      >
        {words.start.stopFirst}
      </Modal>
    );
  }
  return (
    <Confirm
      title={words.start.title(name)}
      losses={[words.start.replaces(when)]}
      rest={[words.start.undo]}
      submit={words.start.submit}
      busy={start.isPending}
      error={start.error}
      errorTitle={words.start.failed}
      onSubmit={() => start.mutate({ sessionId, backupId }, { onSuccess: () => watch(sessionId) })}
      onCancel={close}
    />
  );
}
