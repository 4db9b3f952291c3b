import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate, useParams } from "react-router";
import { curlLine } from "../../../api/commandLine";
import type { AccessPolicy, AttachmentTarget } from "../../../api/operations";
import { GROUPS, ROLES, useGroups, usePolicy, useRoles } from "../../../api/people";
import { POLICIES, USERS, useNames, useUsers } from "../../../api/studio";
import { Belongings } from "../../../forms/Belongings";
import { legible } from "../../../forms/document";
import { useIdentity } from "../../../identity/identity";
import { ApiCall } from "../../../parts/ApiCall";
import { AskedAct } from "../../../parts/AskedAct";
import { Facts } from "../../../parts/Facts";
import { GoButton } from "../../../parts/GoButton";
import { InnerLink } from "../../../parts/InnerLink";
import { useNotify } from "../../../parts/notifications";
import { PageTitle } from "../../../parts/PageTitle";
import { Read } from "../../../parts/Read";
import { Moment } from "../../../parts/time";
import { navigation } from "../../../strings/administration/navigation";
import { policy as words } from "../../../strings/administration/policy";
import "../../../parts/administration.css";

const CHANGED = [POLICIES, USERS, GROUPS, ROLES];
const PLACES: Readonly<Record<string, string>> = { user: "people", group: "groups", role: "roles" };

export default function ShowPolicy() {
  const { policyName = "" } = useParams();
  return <Read query={usePolicy(policyName)}>{(there) => <Shown policy={there} />}</Read>;
}

function Shown({ policy }: { readonly policy: AccessPolicy }) {
  const names = useNames();
  const { policyName, origin, updatedAt, updatedBy } = policy;
  return (
    <SpaceBetween size="l">
      <PageTitle title={policyName} above={[{ text: navigation.policies, href: "/studio/policies" }]} actions={<Acts policy={policy} />} />
      <Facts
        title={words.facts}
        facts={[
          { label: words.origin, value: words.origins[origin] ?? origin },
          {
            label: words.changed,
            value:
              updatedAt === undefined ? (
                ""
              ) : (
                <>
                  <Moment at={updatedAt} /> {updatedBy !== undefined && words.by(names.person(updatedBy))}
                </>
              ),
          },
          { label: words.arn, value: policy.arn },
        ]}
      />
      <Attachments policy={policy} />
      <Container header={<Header variant="h2">{words.document}</Header>}>
        <code className="document">{legible(policy.document ?? "")}</code>
      </Container>
    </SpaceBetween>
  );
}

function Acts({ policy }: { readonly policy: AccessPolicy }) {
  const { api } = useIdentity();
  const notify = useNotify();
  const navigate = useNavigate();
  const { policyName, attachedTo = [] } = policy;
  return (
    <>
      <ApiCall lines={[curlLine(api, "GetPolicy", { policyName })]} />
      {policy.origin === "CUSTOMER" && (
        <>
          <GoButton href={`/studio/policies/${encodeURIComponent(policyName)}/edit`}>{words.edit}</GoButton>
          <AskedAct
            text={words.delete}
            title={words.deleteTitle(policyName)}
            losses={[words.deleteLoses, ...(attachedTo.length === 0 ? [] : [words.deleteAttached(attachedTo)])]}
            submit={words.delete}
            failed={words.notDeleted}
            run={() => api.additions.call("DeletePolicy", { policyName })}
            changes={[POLICIES]}
            done={() => {
              notify({ id: `policy-${policyName}`, type: "info", header: words.deleted(policyName) });
              void navigate("/studio/policies");
            }}
          />
        </>
      )}
    </>
  );
}

/** `user/mia`, as the server says it. */
function targetOf(text: string): { targetType: AttachmentTarget; targetName: string } {
  const [kind = "user", ...name] = text.split("/");
  return { targetType: kind as AttachmentTarget, targetName: name.join("/") };
}

function Attachments({ policy }: { readonly policy: AccessPolicy }) {
  const { api } = useIdentity();
  const users = useUsers().data;
  const groups = useGroups().data;
  const roles = useRoles().data;
  const { policyName, attachedTo = [] } = policy;
  const known = users !== undefined && groups !== undefined && roles !== undefined;
  const targets = [
    ...(users ?? []).map(({ userName }) => `user/${userName}`),
    ...(groups ?? []).map(({ groupName }) => `group/${groupName}`),
    ...(roles ?? []).map(({ roleName }) => `role/${roleName}`),
  ].filter((text) => !attachedTo.includes(text));
  const target = (text: string) => ({ policyName, ...targetOf(text) });
  return (
    <Belongings<string>
      title={words.attachments}
      description={words.attachmentsText}
      items={attachedTo}
      keyOf={(text) => text}
      columns={[
        {
          id: "name",
          header: words.target,
          cell: (text) => {
            const { targetType, targetName } = targetOf(text);
            return <InnerLink href={`/studio/${PLACES[targetType] ?? ""}/${encodeURIComponent(targetName)}`}>{targetName}</InnerLink>;
          },
          isRowHeader: true,
        },
        { id: "kind", header: words.kind, cell: (text) => words.kinds[targetOf(text).targetType] ?? "" },
      ]}
      add={{
        text: words.attach,
        title: words.attachTitle(policyName),
        label: words.attachTo,
        choices: known
          ? targets.map((text) => ({ id: text, name: targetOf(text).targetName, about: words.kinds[targetOf(text).targetType] ?? "" }))
          : undefined,
        submit: words.attach,
        failed: words.notAttached,
        run: async (chosen) => {
          for (const text of chosen) await api.additions.call("AttachPolicy", target(text));
        },
        changes: CHANGED,
        lines: (chosen) => chosen.map((text) => curlLine(api, "AttachPolicy", target(text))),
      }}
      remove={(text) => {
        const { targetName } = targetOf(text);
        return {
          text: words.detach,
          label: words.detachOf(policyName, targetName),
          title: words.detachTitle(policyName, targetName),
          losses: [words.detachLoses(targetName)],
          submit: words.detach,
          failed: words.notDetached,
          run: () => api.additions.call("DetachPolicy", target(text)),
          changes: CHANGED,
        };
      }}
      empty={words.nobody}
    />
  );
}
