import Box from "@cloudscape-design/components/box";
import StatusIndicator, { type StatusIndicatorProps } from "@cloudscape-design/components/status-indicator";
import { artist } from "../strings/artist";

export interface StateProps {
  readonly state: string | undefined;
  /** What the server says of it: always shown where something failed or waits. */
  readonly message?: string | undefined;
}

/** A session's state in words, with a sign that needs no colour. */
export function State({ state = "", message }: StateProps) {
  const type = signOf(state);
  const telling = message !== undefined && message !== "" && (type === "error" || type === "in-progress");
  return (
    <>
      <StatusIndicator type={type}>{artist.states[state] ?? state}</StatusIndicator>
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
