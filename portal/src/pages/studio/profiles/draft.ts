import type { LaunchProfile } from "@aws-sdk/client-nimble";
import { type Draft, valueAt } from "../../../forms/draft";
import { withTagMap } from "../../../forms/tags";

const PROTOCOL = "2021-03-31";

/** The draft of a launch profile that is to be made; like the one that comes with a new studio, it keeps work. */
export const FRESH: Draft = {
  launchProfileProtocolVersions: [PROTOCOL],
  name: "",
  description: "",
  ec2SubnetIds: [],
  studioComponentIds: [],
  streamConfiguration: {
    streamingImageIds: [],
    ec2InstanceTypes: [],
    clipboardMode: "ENABLED",
    sessionPersistenceMode: "ACTIVATED",
    automaticTerminationMode: "DEACTIVATED",
    sessionBackup: { mode: "AUTOMATIC", maxBackupsToRetain: 5 },
    sessionStorage: { mode: ["UPLOAD"] },
  },
  uploads: "ON",
  tags: [],
};

/** The draft of one that is there. */
export function draftOf(profile: LaunchProfile): Draft {
  const { name = "", description = "", ec2SubnetIds = [], studioComponentIds = [], launchProfileProtocolVersions = [] } = profile;
  const streamConfiguration = profile.streamConfiguration;
  return {
    launchProfileProtocolVersions,
    name,
    description,
    ec2SubnetIds,
    studioComponentIds,
    streamConfiguration: streamConfiguration ?? {},
    uploads: streamConfiguration?.sessionStorage?.mode?.includes("UPLOAD") === true ? "ON" : "OFF",
  };
}

/** Without what its switches rule out: the server refuses settings of what is off. */
export function settled(draft: Draft): Draft {
  const { uploads, ...profile } = withTagMap(draft);
  const { volumeConfiguration, maxStoppedSessionLengthInMinutes, sessionStorage, sessionBackup, ...stream } = (profile[
    "streamConfiguration"
  ] ?? {}) as Draft;
  const persistent = stream["sessionPersistenceMode"] === "ACTIVATED";
  const terminating = persistent && stream["automaticTerminationMode"] === "ACTIVATED";
  const backups = valueAt({ sessionBackup }, "sessionBackup.mode") === "AUTOMATIC";
  return {
    ...profile,
    streamConfiguration: {
      ...stream,
      ...(persistent ? {} : { automaticTerminationMode: "DEACTIVATED" }),
      ...(persistent && volumeConfiguration !== undefined ? { volumeConfiguration } : {}),
      ...(terminating && maxStoppedSessionLengthInMinutes !== undefined ? { maxStoppedSessionLengthInMinutes } : {}),
      sessionBackup: backups ? sessionBackup : { mode: "DEACTIVATED" },
      ...(uploads === "ON" ? { sessionStorage: { ...(sessionStorage as Draft | undefined), mode: ["UPLOAD"] } } : {}),
    },
  };
}
