import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import Table from "@cloudscape-design/components/table";
import { useState } from "react";
import { curlLine } from "../../../api/commandLine";
import type { AccessKey, CreateAccessKeyResponse } from "../../../api/operations";
import { KEYS, useKeys } from "../../../api/people";
import type { Complaints } from "../../../forms/complaints";
import { type Draft, isDay } from "../../../forms/draft";
import { TextField } from "../../../forms/Fields";
import { FormDialog } from "../../../forms/FormDialog";
import { useIdentity } from "../../../identity/identity";
import { AskedAct } from "../../../parts/AskedAct";
import { ErrorPanel } from "../../../parts/ErrorPanel";
import { ShownOnce } from "../../../parts/ShownOnce";
import { Moment } from "../../../parts/time";
import { user as words } from "../../../strings/administration/user";
import { common } from "../../../strings/common";

/** A person's access keys; a secret is shown when it was made, and never after. */
export function Keys({ userName }: { readonly userName: string }) {
  const { api } = useIdentity();
  const keys = useKeys(userName);
  const [made, setMade] = useState<CreateAccessKeyResponse | null>(null);
  return (
    <>
      <ErrorPanel error={keys.error} />
      <Table
        variant="container"
        items={keys.data ?? []}
        trackBy="accessKeyId"
        loading={keys.isPending}
        loadingText={common.loading}
        ariaLabels={{ tableLabel: words.keys }}
        header={
          <Header
            variant="h2"
            description={words.keysText}
            actions={
              <FormDialog
                text={words.createKey}
                title={words.createKey}
                operation="CreateAccessKey"
                initial={FRESH}
                settle={settled}
                check={check}
                submit={words.createKey}
                failed={words.notCreatedKey}
                send={(request) => api.additions.call("CreateAccessKey", { ...request, userName })}
                line={(request) => curlLine(api, "CreateAccessKey", { ...request, userName })}
                changes={[KEYS]}
                done={setMade}
              >
                <TextField path="name" label={words.keyName} description={words.keyNameText} />
                <TextField path="expiresAt" label={words.keyExpires} description={words.keyExpiresText} placeholder="2027-01-31" />
              </FormDialog>
            }
          >
            {words.keys}
          </Header>
        }
        columnDefinitions={[
          { id: "id", header: words.keyId, cell: ({ accessKeyId }) => accessKeyId, isRowHeader: true },
          { id: "name", header: words.keyName, cell: ({ name }) => (name === "" ? common.nothing : name) },
          {
            id: "status",
            header: words.status,
            cell: ({ status }) => (
              <StatusIndicator type={status === "ACTIVE" ? "success" : "stopped"}>{words.keyStatuses[status] ?? status}</StatusIndicator>
            ),
          },
          { id: "used", header: words.keyUsed, cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? common.never : <Moment at={lastUsedAt} />) },
          { id: "expires", header: words.keyExpires, cell: ({ expiresAt }) => (expiresAt === undefined ? common.never : <Moment at={expiresAt} />) },
          { id: "acts", header: common.actions, cell: (key) => <Acts accessKey={key} made={setMade} />, minWidth: 180 },
        ]}
        empty={<Box color="text-body-secondary">{words.noKeys}</Box>}
      />
      {made !== null && (
        <ShownOnce
          title={words.secretOf(userName)}
          secrets={[
            { label: words.accessKeyId, value: made.accessKey.accessKeyId },
            { label: words.secret, value: made.secretAccessKey },
          ]}
          close={() => setMade(null)}
        />
      )}
    </>
  );
}

const FRESH = { name: "", expiresAt: "" };

/** A day is typed; the key holds until it begins. */
function settled(draft: Draft): Draft {
  const { expiresAt, ...key } = draft;
  return isDay(expiresAt) ? { ...key, expiresAt: `${expiresAt}T00:00:00Z` } : key;
}

function check({ expiresAt }: Draft): Complaints {
  return expiresAt === "" || isDay(expiresAt) ? new Map() : new Map([["expiresAt", words.keyNoDay]]);
}

function Acts({ accessKey, made }: { readonly accessKey: AccessKey; readonly made: (key: CreateAccessKeyResponse) => void }) {
  const { api } = useIdentity();
  const { accessKeyId, userName, status } = accessKey;
  const named = { accessKeyId, userName };
  const changes = [KEYS];
  return (
    <SpaceBetween direction="horizontal" size="s">
      <AskedAct
        variant="inline-link"
        text={words.rotate}
        label={words.rotateOf(accessKeyId)}
        title={words.rotateTitle(accessKeyId)}
        losses={[words.rotateLoses]}
        rest={[words.rotateRest]}
        submit={words.rotate}
        failed={words.notRotated}
        run={() => api.additions.call("RotateAccessKey", named)}
        changes={changes}
        done={made}
      />
      {status === "ACTIVE" ? (
        <AskedAct
          variant="inline-link"
          text={words.switchOff}
          label={words.switchOffOf(accessKeyId)}
          title={words.switchOffTitle(accessKeyId)}
          losses={[words.switchOffLoses]}
          rest={[words.switchOffRest]}
          submit={words.switchOff}
          failed={words.notSwitched}
          run={() => api.additions.call("UpdateAccessKey", { ...named, status: "INACTIVE" })}
          changes={changes}
        />
      ) : (
        <AskedAct
          variant="inline-link"
          text={words.switchOn}
          label={words.switchOnOf(accessKeyId)}
          title={words.switchOnTitle(accessKeyId)}
          losses={[]}
          rest={[words.switchOnRest]}
          submit={words.switchOn}
          failed={words.notSwitched}
          run={() => api.additions.call("UpdateAccessKey", { ...named, status: "ACTIVE" })}
          changes={changes}
        />
      )}
      <AskedAct
        variant="inline-link"
        text={words.deleteKey}
        label={words.deleteKeyOf(accessKeyId)}
        title={words.deleteKeyTitle(accessKeyId)}
        losses={[words.deleteKeyLoses]}
        submit={words.deleteKey}
        failed={words.notDeletedKey}
        run={() => api.additions.call("DeleteAccessKey", named)}
        changes={changes}
      />
    </SpaceBetween>
  );
}
