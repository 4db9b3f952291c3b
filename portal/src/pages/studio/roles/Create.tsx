import { curlLine } from "../../../api/commandLine";
import type { CreateRoleRequest } from "../../../api/operations";
import { ROLES } from "../../../api/people";
import { FormPage } from "../../../forms/FormPage";
import { useIdentity } from "../../../identity/identity";
import { role as words } from "../../../strings/administration/policy";
import { checkRole, RoleFields } from "./RoleFields";

const LIST = "/studio/roles";

export default function CreateRole() {
  const { api, user } = useIdentity();
  const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Principal: { AWS: user.arn }, Action: "sts:AssumeRole" }] };
  return (
    <FormPage
      title={words.create}
      lead={words.createLead}
      above={[{ text: words.title, href: LIST }]}
      operation="CreateRole"
      initial={{ roleName: "", trustPolicy: JSON.stringify(trust, null, 2), maxSessionDuration: "" }}
      check={checkRole}
      byCode={{ ROLE_EXISTS: "roleName", MALFORMED_POLICY_DOCUMENT: "trustPolicy" }}
      submit={words.create}
      failed={words.notCreated}
      input={(request) => request}
      send={async (input) => (await api.additions.call("CreateRole", input as unknown as CreateRoleRequest)).role}
      line={(input) => curlLine(api, "CreateRole", input as unknown as CreateRoleRequest)}
      changes={[ROLES]}
      landing={({ roleName }) => ({ href: `${LIST}/${encodeURIComponent(roleName)}`, said: words.created(roleName) })}
      back={LIST}
    >
      <RoleFields named />
    </FormPage>
  );
}
