import Box from "@cloudscape-design/components/box";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { artist } from "../strings/artist";

export interface StateProps {
  readonly state: string | undefined;
  /** What the server says of it: always shown where something failed or waits. */
  readonly message?: string | undefined;
  /** The states in words, where the thing is no session. */
  readonly states?: Readonly<Record<string, string>>;
}

/** A state in words, with a sign that needs no colour. */
export function State({ state = "", message, states = artist.states }: StateProps) {
  const type = signOf(state);
  const telling = message !== undefined && message !== "" && (type === "error" || type === "in-progress");
  return (
    <>
      <StatusIndicator type={type}>{states[state] ?? state}</StatusIndicator>
      {telling && (
        <Box color="text-body-secondary" fontSize="body-s">
          {message}
        </Box>
      )}
    </>
  );
}

export function signOf(state: string): StatusIndicatorProps.Type {
  if (state.endsWith("_IN_PROGRESS")) return "in-progress";
  if (state.endsWith("_FAILED")) return "error";
  if (state === "READY") return "success";
  return "stopped";
}
