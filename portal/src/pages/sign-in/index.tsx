import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { type Auth, AuthError, type Person, signIn } from "../../identity/auth";
import { useArrival } from "../../identity/identity";
import { ErrorPanel } from "../../parts/ErrorPanel";
import { useTitle } from "../../parts/useTitle";
import { common } from "../../strings/common";
import { AboveThePage } from "./AboveThePage";

const words = common.signIn;

export interface SignInProps {
  readonly auth: Auth;
  /** Who was signed in here until now; what they had open is below. */
  readonly before: Person | null;
}

export default function SignIn({ auth, before }: SignInProps) {
  const asked = <Asked auth={auth} before={before} />;
  return before === null ? <Alone>{asked}</Alone> : <AboveThePage title={words.title}>{asked}</AboveThePage>;
}

function Alone({ children }: { readonly children: ReactNode }) {
  useTitle(words.title);
  return <main className="centred">{children}</main>;
}

function Asked({ auth, before }: SignInProps) {
  const arrived = useArrival(before);
  const { pathname, search } = useLocation();
  const [userName, setUserName] = useState(before?.userName ?? "");
  const [password, setPassword] = useState("");
  const [asked, setAsked] = useState(false);
  const passwordInput = useRef<InputProps.Ref>(null);
  const signingIn = useMutation({
    mutationFn: () => signIn(userName, password),
    onSuccess: arrived,
    onError: () => passwordInput.current?.select(),
  });
  useEffect(() => {
    if (before !== null) passwordInput.current?.focus();
  }, [before]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    if (userName !== "" && password !== "") signingIn.mutate();
  };
  const back = `?returnTo=${encodeURIComponent(pathname + search)}`;
  const missing = (text: string) => (asked && text === "" ? words.empty : "");
  return (
    <SpaceBetween size="l">
      {before !== null && (
        <Alert type="info" header={words.expired}>
          {words.expiredText}
        </Alert>
      )}
      <form onSubmit={submit} noValidate>
        <Form>
          <Container header={<Header variant="h1">{words.lead(auth.studioName).replace(/\.$/, "")}</Header>}>
            <SpaceBetween size="l">
              {auth.providers.map(({ name, displayName, url }) => (
                <Button key={name} href={url + back} fullWidth formAction="none">
                  {words.with(displayName)}
                </Button>
              ))}
              {auth.providers.length > 0 && (
                <Box textAlign="center" color="text-body-secondary">
                  {words.or}
                </Box>
              )}
              <Refusal error={signingIn.error} />
              <FormField label={words.userName} errorText={missing(userName)}>
                <Input
                  value={userName}
                  onChange={({ detail }) => setUserName(detail.value)}
                  name="username"
                  autoComplete="username"
                  spellcheck={false}
                  autoFocus={before === null}
                />
              </FormField>
              <FormField label={words.password} errorText={missing(password)}>
                <Input
                  ref={passwordInput}
                  type="password"
                  value={password}
                  onChange={({ detail }) => setPassword(detail.value)}
                  name="password"
                  autoComplete="current-password"
                />
              </FormField>
              <Button variant="primary" fullWidth loading={signingIn.isPending}>
                {words.submit}
              </Button>
            </SpaceBetween>
          </Container>
        </Form>
      </form>
      <Box color="text-body-secondary" textAlign="center">
        {words.forgotten}
      </Box>
    </SpaceBetween>
  );
}

function Refusal({ error }: { readonly error: Error | null }) {
  if (!(error instanceof AuthError)) return <ErrorPanel error={error} />;
  if (error.status === 401) return <Alert type="error">{words.refused}</Alert>;
  if (error.status === 429) return <Alert type="warning">{words.later(error.retryAfter ?? 60)}</Alert>;
  return <ErrorPanel error={error} />;
}
