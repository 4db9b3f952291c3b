import { describe, expect, it } from "vitest";
import { changes, compacted, withValue } from "../../../forms/draft";
import { configurationOf, draftOf, FRESH, settled } from "./draft";

const request = (draft: typeof FRESH) => settled(compacted(draft));

describe("a studio component's form", () => {
  it("sends the configuration of its type alone", () => {
    let draft = withValue(FRESH, "configuration.sharedFileSystemConfiguration.shareName", "work");
    draft = withValue(draft, "configuration.licenseServiceConfiguration.endpoint", "licences:27000");
    draft = withValue(draft, "name", "licences");
    expect(request(draft)).toEqual({ name: "licences", type: "CUSTOM", initializationScripts: [], scriptParameters: [], ec2SecurityGroupIds: [] });
    expect(request(withValue(draft, "type", "LICENSE_SERVICE"))["configuration"]).toEqual({
      licenseServiceConfiguration: { endpoint: "licences:27000" },
    });
    expect(configurationOf("CUSTOM")).toBeNull();
  });

  it("of a component that is there tells what was changed, also that all scripts are gone", () => {
    const there = draftOf({ name: "a", type: "CUSTOM", initializationScripts: [{ script: "true" }] });
    expect(changes(request(there), request(withValue(there, "initializationScripts", [])))).toEqual({ initializationScripts: [] });
    expect(changes(request(there), request(there))).toEqual({});
  });
});
