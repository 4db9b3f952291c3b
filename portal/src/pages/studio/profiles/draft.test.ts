import { describe, expect, it } from "vitest";
import { changes, compacted, withValue } from "../../../forms/draft";
import { draftOf, FRESH, settled } from "./draft";

const request = (draft: typeof FRESH) => settled(compacted(draft));

describe("a launch profile's form", () => {
  it("sends nothing of what is switched off", () => {
    let draft = withValue(FRESH, "streamConfiguration.volumeConfiguration.size", 200);
    draft = withValue(draft, "streamConfiguration.maxStoppedSessionLengthInMinutes", 60);
    expect(request(draft)["streamConfiguration"]).toMatchObject({ volumeConfiguration: { size: 200 } });
    expect(request(draft)["streamConfiguration"]).not.toHaveProperty("maxStoppedSessionLengthInMinutes");
    draft = withValue(draft, "streamConfiguration.sessionPersistenceMode", "DEACTIVATED");
    draft = withValue(draft, "streamConfiguration.automaticTerminationMode", "ACTIVATED");
    draft = withValue(draft, "streamConfiguration.sessionBackup.mode", "DEACTIVATED");
    draft = withValue(draft, "uploads", "OFF");
    expect(request(draft)["streamConfiguration"]).toEqual({
      streamingImageIds: [],
      ec2InstanceTypes: [],
      clipboardMode: "ENABLED",
      sessionPersistenceMode: "DEACTIVATED",
      automaticTerminationMode: "DEACTIVATED",
      sessionBackup: { mode: "DEACTIVATED" },
    });
  });

  it("of a profile that is there changes nothing until something is changed", () => {
    const there = draftOf({
      name: "a",
      ec2SubnetIds: [],
      studioComponentIds: ["c"],
      launchProfileProtocolVersions: ["2021-03-31"],
      streamConfiguration: { clipboardMode: "ENABLED", ec2InstanceTypes: ["g4dn.xlarge"], streamingImageIds: ["i"] },
    });
    expect(changes(request(there), request(there))).toEqual({});
    expect(changes(request(there), request(withValue(there, "name", "b")))).toEqual({ name: "b" });
  });
});
