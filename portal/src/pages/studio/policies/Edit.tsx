import { useState } from "react";
import { useParams } from "react-router";
import { curlLine } from "../../../api/commandLine";
import type { AccessPolicy } from "../../../api/operations";
import { usePolicy } from "../../../api/people";
import { POLICIES } from "../../../api/studio";
import { jsonComplaints, legible } from "../../../forms/document";
import type { Draft } from "../../../forms/draft";
import { TextField } from "../../../forms/Fields";
import { FormPage } from "../../../forms/FormPage";
import { Section } from "../../../forms/Section";
import { useIdentity } from "../../../identity/identity";
import { Read } from "../../../parts/Read";
import { navigation } from "../../../strings/administration/navigation";
import { policy as words } from "../../../strings/administration/policy";

export default function EditPolicy() {
  const { policyName = "" } = useParams();
  return <Read query={usePolicy(policyName)}>{(there) => <Editing there={there} />}</Read>;
}

const check = (draft: Draft) => jsonComplaints(draft, "document");

function Editing({ there }: { readonly there: AccessPolicy }) {
  const { api } = useIdentity();
  const { policyName } = there;
  const [initial] = useState(() => ({ document: legible(there.document ?? "") }));
  const list = "/studio/policies";
  const href = `${list}/${encodeURIComponent(policyName)}`;
  const put = (input: Draft) => ({ policyName, document: String(input["document"] ?? "") });
  return (
    <FormPage
      title={words.editTitle(policyName)}
      above={[
        { text: navigation.policies, href: list },
        { text: policyName, href },
      ]}
      operation="PutPolicy"
      initial={initial}
      check={check}
      byCode={{ MALFORMED_POLICY_DOCUMENT: "document" }}
      submit={words.save}
      failed={words.notCreated}
      input={put}
      send={async (input) => (await api.additions.call("PutPolicy", put(input))).policy}
      line={(input) => curlLine(api, "PutPolicy", put(input))}
      changes={[POLICIES]}
      landing={() => ({ href, said: words.saved(policyName) })}
      back={href}
    >
      <Section title={words.facts}>
        <TextField path="document" label={words.document} description={words.documentText} rows={20} />
      </Section>
    </FormPage>
  );
}
