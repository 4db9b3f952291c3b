import type { LaunchProfile } from "@aws-sdk/client-nimble";

interface Named {
  readonly launchProfileId?: string | undefined;
  readonly sessionId?: string | undefined;
}

/** The name of a session for people: its launch profile's, else its id. */
export function profileName(profiles: readonly LaunchProfile[] | undefined, session: Named): string {
  const profile = profiles?.find(({ launchProfileId }) => launchProfileId === session.launchProfileId);
  return profile?.name ?? session.sessionId ?? "";
}
