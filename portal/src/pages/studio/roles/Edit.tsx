import { useState } from "react";
import { useParams } from "react-router";
import { curlLine } from "../../../api/commandLine";
import type { AccessRole } from "../../../api/operations";
import { ROLES, useRole } from "../../../api/people";
import { legible } from "../../../forms/document";
import { changes, type Draft } from "../../../forms/draft";
import { FormPage } from "../../../forms/FormPage";
import { useIdentity } from "../../../identity/identity";
import { Read } from "../../../parts/Read";
import { role as words } from "../../../strings/administration/policy";
import { checkRole, RoleFields } from "./RoleFields";

export default function EditRole() {
  const { roleName = "" } = useParams();
  return <Read query={useRole(roleName)}>{(there) => <Editing there={there} />}</Read>;
}

function Editing({ there }: { readonly there: AccessRole }) {
  const { api } = useIdentity();
  const { roleName } = there;
  const [initial] = useState<Draft>(() => ({ trustPolicy: legible(there.trustPolicy), maxSessionDuration: there.maxSessionDuration }));
  const href = `/studio/roles/${encodeURIComponent(roleName)}`;
  const update = (input: Draft) => ({ roleName, ...input });
  return (
    <FormPage
      title={words.editTitle(roleName)}
      above={[
        { text: words.title, href: "/studio/roles" },
        { text: roleName, href },
      ]}
      operation="UpdateRole"
      initial={initial}
      check={checkRole}
      byCode={{ MALFORMED_POLICY_DOCUMENT: "trustPolicy" }}
      submit={words.save}
      failed={words.notSaved}
      input={(request) => changes(initial, request)}
      send={async (input) => (await api.additions.call("UpdateRole", update(input))).role}
      line={(input) => curlLine(api, "UpdateRole", update(input))}
      changes={[ROLES]}
      landing={() => ({ href, said: words.saved(roleName) })}
      back={href}
    >
      <RoleFields named={false} />
    </FormPage>
  );
}
