import type { StudioComponent } from "@aws-sdk/client-nimble";
import type { Draft } from "../../../forms/draft";
import { withTagMap } from "../../../forms/tags";

export const FRESH: Draft = {
  name: "",
  description: "",
  type: "CUSTOM",
  subtype: "",
  configuration: {},
  initializationScripts: [],
  scriptParameters: [],
  ec2SecurityGroupIds: [],
  tags: [],
};

export const FRESH_SCRIPT: Draft = {
  launchProfileProtocolVersion: "2021-03-31",
  platform: "LINUX",
  runContext: "USER_INITIALIZATION",
  script: "",
};

/** The member of `configuration` that belongs to each type. */
const CONFIGURATIONS: Readonly<Record<string, string>> = {
  ACTIVE_DIRECTORY: "activeDirectoryConfiguration",
  COMPUTE_FARM: "computeFarmConfiguration",
  LICENSE_SERVICE: "licenseServiceConfiguration",
  SHARED_FILE_SYSTEM: "sharedFileSystemConfiguration",
};

/** Where the configuration of a component of that type is; null for a type that has none. */
export function configurationOf(type: unknown): string | null {
  const member = CONFIGURATIONS[String(type)];
  return member === undefined ? null : `configuration.${member}`;
}

/** The draft of a component that is there; its lists are there to be emptied. */
export function draftOf(component: StudioComponent): Draft {
  const { name, description, type, subtype, configuration, runtimeRoleArn, secureInitializationRoleArn } = component;
  return {
    name,
    description,
    type,
    subtype,
    configuration,
    runtimeRoleArn,
    secureInitializationRoleArn,
    initializationScripts: component.initializationScripts ?? [],
    scriptParameters: component.scriptParameters ?? [],
    ec2SecurityGroupIds: component.ec2SecurityGroupIds ?? [],
  };
}

/** With the configuration of its type alone, whatever was typed for others. */
export function settled(draft: Draft): Draft {
  const { configuration, ...component } = withTagMap(draft);
  const member = CONFIGURATIONS[String(component["type"])];
  const value = member === undefined ? undefined : (configuration as Draft | undefined)?.[member];
  return member === undefined || value === undefined ? component : { ...component, configuration: { [member]: value } };
}
