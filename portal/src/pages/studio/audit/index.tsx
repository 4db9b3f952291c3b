import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CopyToClipboard from "@cloudscape-design/components/copy-to-clipboard";
import Modal from "@cloudscape-design/components/modal";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { curlLine } from "../../../api/commandLine";
import type { AuditEvent, ListAuditEventsRequest } from "../../../api/operations";
import { useUsers } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { exactly } from "../../../parts/time";
import { audit as words } from "../../../strings/administration/audit";
import { navigation } from "../../../strings/administration/navigation";
import { common } from "../../../strings/common";

const DAY = 24 * 60 * 60_000;

export default function Audit() {
  const { api } = useIdentity();
  const users = useUsers();
  const [shown, setShown] = useState<AuditEvent | null>(null);
  return (
    <>
      <Listing<AuditEvent>
        title={navigation.audit}
        description={words.description}
        of={["audit"]}
        idOf={({ sequence }) => String(sequence)}
        read={async (filters, nextToken, signal) => {
          const asked = { ...requestOf(filters), ...(nextToken === undefined ? {} : { nextToken }) };
          const page = await api.additions.call("ListAuditEvents", asked, signal);
          return { items: page.events, nextToken: page.nextToken };
        }}
        // To look at it is written down as well: it is looked at when somebody asks.
        polled={false}
        columns={columns}
        filters={[
          { id: "event", label: words.event },
          { id: "resource", label: words.resource },
          { id: "user", label: words.who, choices: (users.data ?? []).map(({ userName }) => ({ value: userName, text: userName })) },
          { id: "outcome", label: words.outcome, choices: chosen(words.outcomes) },
          { id: "kind", label: words.kind, choices: chosen(words.kinds) },
          { id: "since", label: words.since, choices: chosen(words.spans) },
        ]}
        lines={(filters) => [curlLine(api, "ListAuditEvents", requestOf(filters))]}
        rowActions={(event) => (
          <Button
            variant="inline-link"
            ariaLabel={words.detailsOf(event.eventName, exactly(new Date(event.eventTime)))}
            onClick={() => setShown(event)}
          >
            {words.details}
          </Button>
        )}
        empty={<Empty title={words.emptyTitle}>{words.empty}</Empty>}
      />
      {shown !== null && <Document event={shown} close={() => setShown(null)} />}
    </>
  );
}

const chosen = (texts: Readonly<Record<string, string>>) => Object.entries(texts).map(([value, text]) => ({ value, text }));

/** The call of what the filters say. Days begin at midnight (UTC), so that the pages of one listing belong together. */
function requestOf({ event, resource, user, outcome, kind, since }: Readonly<Record<string, string>>): ListAuditEventsRequest {
  const midnight = Math.floor(Date.now() / DAY) * DAY;
  return {
    ...(event === undefined ? {} : { eventName: event }),
    ...(resource === undefined ? {} : { resource }),
    ...(user === undefined ? {} : { userName: user }),
    ...(outcome !== undefined && outcome in words.outcomes ? { outcome: outcome as AuditEvent["outcome"] } : {}),
    ...(kind !== undefined && kind in words.kinds ? { kind: kind as AuditEvent["kind"] } : {}),
    ...(since !== undefined && since in words.spans ? { since: new Date(midnight - Number(since) * DAY).toISOString().replace(".000", "") } : {}),
  };
}

function Document({ event, close }: { readonly event: AuditEvent; readonly close: () => void }) {
  const text = JSON.stringify(JSON.parse(event.document), null, 2);
  return (
    <Modal
      visible
      size="large"
      header={words.detailsTitle(event.eventName)}
      closeAriaLabel={common.close}
      onDismiss={close}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <CopyToClipboard textToCopy={text} copyButtonText={common.copy} copySuccessText={common.copied} copyErrorText={common.notCopied} />
            <Button variant="primary" onClick={close}>
              {common.close}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <pre className="audit-document" tabIndex={0}>
        {text}
      </pre>
    </Modal>
  );
}

const SIGNS = { OK: "success", DENIED: "stopped", ERROR: "error" } as const;

const columns: readonly Column<AuditEvent>[] = [
  { id: "time", header: words.time, cell: ({ eventTime }) => exactly(new Date(eventTime)), isRowHeader: true },
  { id: "who", header: words.who, cell: ({ userName, accessKeyId }) => userName ?? accessKeyId ?? words.unknown },
  { id: "what", header: words.what, cell: ({ eventName }) => eventName },
  { id: "on", header: words.on, cell: ({ resources = [] }) => resources.map((arn) => arn.split(":").slice(5).join(":")).join(", ") },
  {
    id: "outcome",
    header: words.outcome,
    cell: ({ outcome, errorCode }) => <StatusIndicator type={SIGNS[outcome]}>{outcome === "ERROR" ? errorCode : words.outcomes[outcome]}</StatusIndicator>,
  },
  { id: "from", header: words.from, cell: ({ sourceIp }) => sourceIp ?? "" },
  { id: "by", header: words.by, cell: ({ statements = [], decision }) => (statements.length > 0 ? statements.join(", ") : (decision ?? "")), atFirstHidden: true },
  { id: "request", header: words.request, cell: ({ requestId }) => requestId ?? "", atFirstHidden: true },
  { id: "key", header: words.key, cell: ({ accessKeyId }) => accessKeyId ?? "", atFirstHidden: true },
  { id: "number", header: words.number, cell: ({ sequence }) => String(sequence), atFirstHidden: true },
];
