import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate, useParams } from "react-router";
import { curlLine } from "../../../api/commandLine";
import type { AccessRole } from "../../../api/operations";
import { ROLES, useRole } from "../../../api/people";
import { useNames } from "../../../api/studio";
import { legible } from "../../../forms/document";
import { Attached } from "../../../forms/Attached";
import { useIdentity } from "../../../identity/identity";
import { ApiCall } from "../../../parts/ApiCall";
import { AskedAct } from "../../../parts/AskedAct";
import { Facts } from "../../../parts/Facts";
import { GoButton } from "../../../parts/GoButton";
import { useNotify } from "../../../parts/notifications";
import { PageTitle } from "../../../parts/PageTitle";
import { Read } from "../../../parts/Read";
import { Moment } from "../../../parts/time";
import { policy, role as words } from "../../../strings/administration/policy";
import "../../../parts/administration.css";

export default function ShowRole() {
  const { roleName = "" } = useParams();
  return <Read query={useRole(roleName)}>{(there) => <Shown role={there} />}</Read>;
}

function Shown({ role }: { readonly role: AccessRole }) {
  const names = useNames();
  const { roleName } = role;
  return (
    <SpaceBetween size="l">
      <PageTitle title={roleName} above={[{ text: words.title, href: "/studio/roles" }]} actions={<Acts roleName={roleName} />} />
      <Facts
        title={words.facts}
        facts={[
          { label: words.longest, value: `${role.maxSessionDuration} ${words.seconds}` },
          {
            label: words.changed,
            value: (
              <>
                <Moment at={role.updatedAt} /> {policy.by(names.person(role.updatedBy))}
              </>
            ),
          },
          { label: words.roleId, value: role.roleId },
          { label: policy.arn, value: role.arn },
        ]}
      />
      <Attached kind="role" name={roleName} policies={role.policies} changes={[ROLES]} />
      <Container header={<Header variant="h2" description={words.trustText}>{words.trust}</Header>}>
        <code className="document">{legible(role.trustPolicy)}</code>
      </Container>
    </SpaceBetween>
  );
}

function Acts({ roleName }: { readonly roleName: string }) {
  const { api } = useIdentity();
  const notify = useNotify();
  const navigate = useNavigate();
  return (
    <>
      <ApiCall lines={[curlLine(api, "GetRole", { roleName })]} />
      <GoButton href={`/studio/roles/${encodeURIComponent(roleName)}/edit`}>{words.edit}</GoButton>
      <AskedAct
        text={words.end}
        title={words.endTitle(roleName)}
        losses={[words.endLoses]}
        rest={[words.endRest]}
        submit={words.end}
        failed={words.notEnded}
        run={() => api.additions.call("EndRoleSessions", { roleName })}
        changes={[ROLES]}
        done={() => notify({ id: `role-${roleName}`, type: "success", header: words.ended(roleName) })}
      />
      <AskedAct
        text={words.delete}
        title={words.deleteTitle(roleName)}
        losses={[words.deleteLoses]}
        submit={words.delete}
        failed={words.notDeleted}
        run={() => api.additions.call("DeleteRole", { roleName })}
        changes={[ROLES]}
        done={() => {
          notify({ id: `role-${roleName}`, type: "info", header: words.deleted(roleName) });
          void navigate("/studio/roles");
        }}
      />
    </>
  );
}
