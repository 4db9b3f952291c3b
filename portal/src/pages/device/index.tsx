import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import ContentLayout from "@cloudscape-design/components/content-layout";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useSearchParams } from "react-router";
import { approveDevice, showDevice } from "../../identity/auth";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { useTitle } from "../../parts/useTitle";
import { device as words } from "../../strings/device";

/** Where a person lets a command line act as them: they see who asks, compare the code, and say yes. */
export default function Device() {
  const [search, setSearch] = useSearchParams();
  const code = search.get("code") ?? "";
  useTitle(words.title);
  return (
    <ContentLayout header={<Header variant="h1">{words.title}</Header>}>
      {code === "" ? <AskForCode onCode={(typed) => setSearch({ code: typed })} /> : <Approve key={code} code={code} />}
    </ContentLayout>
  );
}

function AskForCode({ onCode }: { readonly onCode: (code: string) => void }) {
  const [typed, setTyped] = useState("");
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const code = typed.trim().toUpperCase();
    if (code !== "") onCode(code);
  };
  return (
    <Container>
      <form onSubmit={submit}>
        <SpaceBetween size="l">
          <FormField label={words.code} description={words.whereFrom}>
            <Input value={typed} onChange={({ detail }) => setTyped(detail.value)} spellcheck={false} autoFocus />
          </FormField>
          <Button variant="primary">{words.next}</Button>
        </SpaceBetween>
      </form>
    </Container>
  );
}

function Approve({ code }: { readonly code: string }) {
  const asking = useQuery({ queryKey: ["device", code], queryFn: () => showDevice(code), retry: false, staleTime: Infinity });
  const approving = useMutation({ mutationFn: () => approveDevice(code) });
  if (approving.isSuccess) return <Alert type="success">{words.approved}</Alert>;
  if (asking.error !== null) return <ErrorPanel error={asking.error} title={words.unknown} />;
  if (asking.data === undefined) return null;
  const { sourceIp, userAgent, userCode } = asking.data;
  return (
    <Container
      footer={
        <Button variant="primary" loading={approving.isPending} onClick={() => approving.mutate()}>
          {words.approve}
        </Button>
      }
    >
      <SpaceBetween size="l">
        <ErrorPanel error={approving.error} title={words.refused} />
        <Box>{words.asks(userAgent, sourceIp)}</Box>
        <Box variant="awsui-value-large">{userCode}</Box>
        <Alert type="warning">{words.compare}</Alert>
      </SpaceBetween>
    </Container>
  );
}
