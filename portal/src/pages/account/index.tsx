import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { AuthError, changePassword } from "../../identity/auth";
import { useIdentity } from "../../identity/identity";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { useNotify } from "../../parts/notifications";
import { useTitle } from "../../parts/useTitle";
import { account as words } from "../../strings/account";

const NOTHING = { current: "", next: "", again: "" };

/** Changes the signed-in person's password. */
export default function Account() {
  const { user } = useIdentity();
  const [typed, setTyped] = useState(NOTHING);
  const [tried, setTried] = useState(false);
  const notify = useNotify();
  useTitle(words.title);
  const change = useMutation({ mutationFn: () => changePassword(typed.current, typed.next) });
  const refused = change.error instanceof AuthError ? change.error : null;
  const complaints = {
    current: typed.current === "" ? words.needed : "",
    next: typed.next === "" ? words.needed : "",
    again: typed.again === typed.next ? "" : words.differs,
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(complaints).some((each) => each !== "")) return;
    change.mutate(undefined, {
      onSuccess: () => {
        setTyped(NOTHING);
        setTried(false);
        notify({ id: "password", type: "success", header: words.done });
      },
    });
  };
  const told = {
    current: refused?.status === 401 ? words.wrong : refused?.retryAfter != null ? words.later(refused.retryAfter) : "",
    next: refused?.status === 400 ? refused.message : "",
    again: "",
  };
  const field = (name: keyof typeof NOTHING, autoComplete: string, hint = "") => (
    <FormField label={words[name]} constraintText={hint} errorText={(tried && complaints[name]) || told[name]}>
      <Input
        type="password"
        value={typed[name]}
        autoComplete={autoComplete}
        onChange={({ detail }) => {
          change.reset();
          setTyped({ ...typed, [name]: detail.value });
        }}
      />
    </FormField>
  );
  const known = told.current !== "" || told.next !== "";
  return (
    <SpaceBetween size="l">
      <Header variant="h1" description={words.description}>
        {words.title}
      </Header>
      <form onSubmit={submit} noValidate>
        <Container>
          <SpaceBetween size="m">
            {/* A keeper of passwords learns from it whose they are. */}
            <input hidden readOnly type="text" autoComplete="username" value={user.userName} />
            {field("current", "current-password")}
            {field("next", "new-password", words.nextHint)}
            {field("again", "new-password")}
            <ErrorPanel error={known ? null : change.error} title={words.failed} />
            <Button variant="primary" formAction="submit" loading={change.isPending}>
              {words.submit}
            </Button>
          </SpaceBetween>
        </Container>
      </form>
    </SpaceBetween>
  );
}
