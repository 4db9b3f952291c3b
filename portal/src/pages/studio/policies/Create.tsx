import { curlLine } from "../../../api/commandLine";
import type { PutPolicyRequest } from "../../../api/operations";
import { usePolicies } from "../../../api/people";
import { POLICIES } from "../../../api/studio";
import { jsonComplaints } from "../../../forms/document";
import type { Draft } from "../../../forms/draft";
import { TextField } from "../../../forms/Fields";
import { FormPage } from "../../../forms/FormPage";
import { Section } from "../../../forms/Section";
import { useIdentity } from "../../../identity/identity";
import { navigation } from "../../../strings/administration/navigation";
import { policy as words } from "../../../strings/administration/policy";
import { common } from "../../../strings/common";

const LIST = "/studio/policies";

const EXAMPLE = {
  Version: "2012-10-17",
  Statement: [{ Sid: "SeeAllSessions", Effect: "Allow", Action: ["nimble:ListStreamingSessions"], Resource: "*" }],
};

const FRESH = { policyName: "", document: JSON.stringify(EXAMPLE, null, 2) };

export default function CreatePolicy() {
  const { api } = useIdentity();
  const policies = usePolicies().data;
  // To put a policy is to replace one of that name: the page that makes one does not.
  const check = (draft: Draft) => {
    const name = String(draft["policyName"] ?? "");
    const isTaken = policies?.some(({ policyName }) => policyName === name) ?? false;
    return new Map([
      ...jsonComplaints(draft, "document"),
      ...(name === "" ? [["policyName", common.constraints.required] as const] : []),
      ...(isTaken ? [["policyName", words.taken(name)] as const] : []),
    ]);
  };
  return (
    <FormPage
      title={words.create}
      lead={words.createLead}
      above={[{ text: navigation.policies, href: LIST }]}
      operation="PutPolicy"
      initial={FRESH}
      check={check}
      byCode={{ MALFORMED_POLICY_DOCUMENT: "document", MANAGED_POLICY: "policyName" }}
      submit={words.create}
      failed={words.notCreated}
      input={(request) => request}
      send={async (input) => (await api.additions.call("PutPolicy", input as unknown as PutPolicyRequest)).policy}
      line={(input) => curlLine(api, "PutPolicy", { policyName: "", document: "", ...input })}
      changes={[POLICIES]}
      landing={({ policyName }) => ({ href: `${LIST}/${encodeURIComponent(policyName)}`, said: words.created(policyName) })}
      back={LIST}
    >
      <Section title={words.facts}>
        <TextField path="policyName" label={words.name} description={words.nameText} />
        <TextField path="document" label={words.document} description={words.documentText} rows={18} />
      </Section>
    </FormPage>
  );
}
