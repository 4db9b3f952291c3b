import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import { areKeysRefused, isUnreachable, told } from "../api/errors";
import { SignInEndedError } from "../identity/credentials";
import { common } from "../strings/common";
import { IdToTell } from "./IdToTell";

export interface ErrorPanelProps {
  readonly error: unknown;
  /** What was being done, as a heading: "The session was not started". Else the error's own title. */
  readonly title?: string;
  readonly again?: () => void;
  readonly dismiss?: () => void;
}

/** What happened, what to do, and the request's id. Shows nothing where there is no error. */
export function ErrorPanel({ error, title, again, dismiss }: ErrorPanelProps) {
  // Who is asked to sign in again needs no other message.
  if (error === null || error === undefined || error instanceof SignInEndedError || areKeysRefused(error)) return null;
  const silent = isUnreachable(error);
  const { title: itsTitle, what, todo, requestId } = told(error);
  return (
    <Alert
      type={silent ? "warning" : "error"}
      header={title ?? itsTitle}
      dismissible={dismiss !== undefined}
      {...(dismiss === undefined ? {} : { onDismiss: dismiss, dismissAriaLabel: common.dismiss })}
      {...(again === undefined ? {} : { action: <Button onClick={again}>{common.tryAgain}</Button> })}
    >
      {silent ? common.offline.text : what}
      <Box color="inherit">{todo}</Box>
      {requestId !== null && <IdToTell label={common.requestId} id={requestId} />}
    </Alert>
  );
}
