import type { StreamingSession, StreamingSessionBackup } from "@aws-sdk/client-nimble";
import Badge from "@cloudscape-design/components/badge";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import ButtonDropdown from "@cloudscape-design/components/button-dropdown";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Steps from "@cloudscape-design/components/steps";
import { useState } from "react";
import { useNavigate } from "react-router";
import { type ListedDetails, useBackupDetails, useListedDetails } from "../api/backups";
import { backups as words } from "../strings/backups";
import { FailedBackup } from "./FailedBackup";
import { Remark } from "./Remark";
import { signOf } from "./State";
import { StartFrom, type StartKind } from "./StartFrom";
import { sizeOf } from "./size";
import { clockOf, dayOf, exactly, Moment } from "./time";

export interface BackupTimelineProps {
  readonly name: string;
  /** Newest first. */
  readonly backups: readonly StreamingSessionBackup[];
  /** The session that they are of, while it is there. */
  readonly session: StreamingSession | undefined;
}

/** Backups that are shown at first, and by how many more at a time. */
export const STRIDE = 8;

/** A session's backups, newest first: when, why, how large, proven when, and what can be done with each. */
export function BackupTimeline({ name, backups, session }: BackupTimelineProps) {
  const [shown, setShown] = useState(STRIDE);
  const [asked, setAsked] = useState<{ kind: StartKind; backup: StreamingSessionBackup } | null>(null);
  const listed = useListedDetails(backups);
  const steps = backups.slice(0, shown).map((backup) => ({
    status: signOf(backup.state ?? ""),
    statusIconAriaLabel: words.states[backup.state ?? ""] ?? "",
    header: <When backup={backup} />,
    // Steps knows its rows by their number only: a menu that is open must not become another backup's when one arrives above.
    details: (
      <One key={backup.backupId} backup={backup} listed={listed} session={session} ask={(kind) => setAsked({ kind, backup })} />
    ),
  }));
  return (
    <>
      <Steps steps={steps} ariaLabel={words.timeline(name)} />
      {backups.length > shown && (
        <Button onClick={() => setShown(shown + STRIDE)}>{words.showMore(Math.min(STRIDE, backups.length - shown))}</Button>
      )}
      {asked !== null && (
        <StartFrom
          kind={asked.kind}
          backup={asked.backup}
          session={session}
          name={name}
          close={() => setAsked(null)}
        />
      )}
    </>
  );
}

/** Day and time of a backup, and how long ago that is. */
function When({ backup }: { readonly backup: StreamingSessionBackup }) {
  if (backup.createdAt === undefined) return <>{words.states[backup.state ?? ""]}</>;
  return (
    <Box variant="strong">
      {dayOf(backup.createdAt)}, {clockOf(backup.createdAt)}{" "}
      <Box variant="small">
        (<Moment at={backup.createdAt} />)
      </Box>
    </Box>
  );
}

interface OneProps {
  readonly backup: StreamingSessionBackup;
  readonly listed: ListedDetails;
  readonly session: StreamingSession | undefined;
  readonly ask: (kind: StartKind) => void;
}

function One({ backup, listed, session, ask }: OneProps) {
  const navigate = useNavigate();
  const found = listed.of(backup);
  // One that is older than those that are listed is asked for by itself.
  const alone = useBackupDetails(backup, listed.known && found === undefined).data;
  const details = found ?? alone;
  const ready = backup.state === "READY";
  const when = backup.createdAt === undefined ? "" : exactly(backup.createdAt);
  const facts = [
    details && (words.causes[details.cause] ?? details.cause),
    details?.sizeBytes !== undefined &&
      (details.addedBytes === undefined
        ? sizeOf(details.sizeBytes)
        : words.size(sizeOf(details.sizeBytes), sizeOf(details.addedBytes))),
    details?.files !== undefined && words.files(details.files),
  ].filter((fact) => typeof fact === "string");
  return (
    <SpaceBetween size="xxs">
      {backup.state === "CREATE_FAILED" && <FailedBackup backup={backup} session={session} details={details} />}
      {!ready && backup.state !== "CREATE_FAILED" && (
        <Remark type={signOf(backup.state ?? "")}>
          {words.states[backup.state ?? ""] ?? backup.state}
          {backup.statusMessage !== undefined && backup.statusMessage !== "" && `: ${backup.statusMessage}`}
        </Remark>
      )}
      {facts.length > 0 && <Box color="text-body-secondary">{facts.join(" · ")}</Box>}
      {details?.note !== undefined && <Box>{details.note}</Box>}
      {details?.verifiedAt !== undefined && (
        <Box color="text-status-success" fontSize="body-s">
          {words.proven} <Moment at={details.verifiedAt} />
        </Box>
      )}
      {session?.startedFromBackupId === backup.backupId && <Badge color="blue">{words.thisOne}</Badge>}
      {ready && (
        <SpaceBetween direction="horizontal" size="xs">
          <Button
            variant="inline-link"
            iconName="folder"
            ariaLabel={words.lookAt(when)}
            href={`/backups/${backup.backupId ?? ""}`}
            onFollow={(event) => {
              event.preventDefault();
              void navigate(`/backups/${backup.backupId ?? ""}`);
            }}
          >
            {words.look}
          </Button>
          <ButtonDropdown
            variant="inline-icon"
            ariaLabel={words.more(when)}
            expandToViewport
            items={[
              ...(session === undefined ? [] : [{ id: "start", text: words.startFrom }]),
              { id: "new", text: words.newSession },
            ]}
            onItemClick={({ detail }) => ask(detail.id === "start" ? "start" : "new")}
          />
        </SpaceBetween>
      )}
    </SpaceBetween>
  );
}
