import SpaceBetween from "@cloudscape-design/components/space-between";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useSearchParams } from "react-router";
import { curlLine } from "../../../api/commandLine";
import { POLICIES, useUsers } from "../../../api/studio";
import type { Draft } from "../../../forms/draft";
import { useForm, useFormAround } from "../../../forms/form";
import { FormFrame } from "../../../forms/FormFrame";
import { TextField } from "../../../forms/Fields";
import { Section } from "../../../forms/Section";
import { SuggestField } from "../../../forms/SuggestField";
import { tagComplaints } from "../../../forms/tags";
import { TagsField } from "../../../forms/TagsField";
import { useIdentity } from "../../../identity/identity";
import { ApiCall } from "../../../parts/ApiCall";
import { ErrorPanel } from "../../../parts/ErrorPanel";
import { PageTitle } from "../../../parts/PageTitle";
import { navigation } from "../../../strings/administration/navigation";
import { simulator as words } from "../../../strings/administration/policy";
import { common } from "../../../strings/common";
import { Explanation } from "./Explanation";
import { addressOf, draftOf, questionOf, settled } from "./question";

const check = (draft: Draft) =>
  new Map([
    ...tagComplaints(draft, "conditionKeys"),
    ...(draft["userName"] === "" ? [["userName", common.constraints.required] as const] : []),
  ]);

export default function Simulator() {
  const { api } = useIdentity();
  const [address, setAddress] = useSearchParams();
  const [initial] = useState(() => draftOf(address));
  const question = questionOf(address);
  const answer = useQuery({
    queryKey: [POLICIES, "simulation", String(address)],
    enabled: question !== null,
    retry: false,
    queryFn: ({ signal }) => api.additions.call("SimulatePolicy", question ?? { userName: "", action: "" }, signal),
  });
  const form = useForm({
    operation: "SimulatePolicy",
    initial,
    settle: settled,
    check,
    send: async (request) => addressOf(request),
    done: (asked) => {
      // Asked again, the same question may have another answer.
      if (String(asked) === String(address)) void answer.refetch();
      else setAddress(asked);
    },
  });
  return (
    <SpaceBetween size="l">
      <PageTitle
        title={words.title}
        description={words.description}
        above={[{ text: navigation.policies, href: "/studio/policies" }]}
        actions={question === null ? null : <ApiCall lines={[curlLine(api, "SimulatePolicy", question)]} />}
      />
      <FormFrame form={form} submit={words.submit} failed={words.failed}>
        <Section title={words.title}>
          <Question />
        </Section>
      </FormFrame>
      <ErrorPanel error={answer.error} title={words.failed} />
      {question !== null && answer.data !== undefined && <Explanation question={question} answer={answer.data} />}
    </SpaceBetween>
  );
}

function Question() {
  const users = useUsers().data ?? [];
  const operations = useFormAround().constraints?.operations() ?? [];
  return (
    <SpaceBetween size="l">
      <SuggestField path="userName" label={words.who} suggestions={users.map(({ userName }) => userName)} />
      <SuggestField
        path="action"
        label={words.action}
        description={words.actionText}
        suggestions={operations.map(({ service, name }) => `${service}:${name}`)}
      />
      <TextField path="resource" label={words.resource} description={words.resourceText} placeholder="*" />
      <TagsField path="conditionKeys" label={words.keys} description={words.keysText} add={words.addKey} />
    </SpaceBetween>
  );
}
