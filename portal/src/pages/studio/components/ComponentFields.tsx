import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { ChoiceField, LinesField, TextField } from "../../../forms/Fields";
import { useFormAround } from "../../../forms/form";
import { Pair } from "../../../forms/Pair";
import { Rows } from "../../../forms/Rows";
import { Section } from "../../../forms/Section";
import { component as words } from "../../../strings/administration/component";
import { configurationOf, FRESH_SCRIPT } from "./draft";

/** The fields of a studio component but for its tags; `fixed` where its type is what it is. */
export function ComponentFields({ fixed }: { readonly fixed: boolean }) {
  const { draft } = useFormAround();
  const type = String(draft["type"] ?? "");
  return (
    <SpaceBetween size="l">
      <Section title={words.sections.what}>
        <TextField path="name" label={words.name} />
        <TextField path="description" label={words.description} rows={2} />
        {fixed ? null : (
          <Pair>
            <ChoiceField path="type" label={words.type} names={words.types} />
            <ChoiceField path="subtype" label={words.subtype} names={words.subtypes} />
          </Pair>
        )}
      </Section>
      <Section title={words.sections.configuration}>
        <Configuration type={type} />
      </Section>
      <Section title={words.sections.scripts}>
        <Scripts />
        <Parameters />
      </Section>
      <Section title={words.sections.network}>
        <LinesField path="ec2SecurityGroupIds" label={words.securityGroups} description={words.securityGroupsText} rows={2} />
        <Pair>
          <TextField path="secureInitializationRoleArn" label={words.initializationRole} />
          <TextField path="runtimeRoleArn" label={words.runtimeRole} />
        </Pair>
      </Section>
    </SpaceBetween>
  );
}

function Configuration({ type }: { readonly type: string }) {
  const path = configurationOf(type);
  if (path === null) return <Box color="text-body-secondary">{words.noConfiguration}</Box>;
  switch (type) {
    case "ACTIVE_DIRECTORY":
      return (
        <SpaceBetween size="l">
          <Pair>
            <TextField path={`${path}.directoryId`} label={words.directoryId} />
            <TextField path={`${path}.organizationalUnitDistinguishedName`} label={words.organizationalUnit} />
          </Pair>
          <Rows
            path={`${path}.computerAttributes`}
            label={words.computerAttributes}
            add={words.addAttribute}
            fresh={{ name: "", value: "" }}
            name={words.attribute}
          >
            {(row) => (
              <Pair>
                <TextField path={`${row}.name`} label={words.key} />
                <TextField path={`${row}.value`} label={words.value} />
              </Pair>
            )}
          </Rows>
        </SpaceBetween>
      );
    case "COMPUTE_FARM":
      return (
        <Pair>
          <TextField path={`${path}.endpoint`} label={words.endpoint} description={words.endpointText} />
          <TextField path={`${path}.activeDirectoryUser`} label={words.activeDirectoryUser} />
        </Pair>
      );
    case "LICENSE_SERVICE":
      return <TextField path={`${path}.endpoint`} label={words.endpoint} description={words.endpointText} />;
    default:
      return (
        <SpaceBetween size="l">
          <Pair>
            <TextField path={`${path}.fileSystemId`} label={words.fileSystemId} description={words.fileSystemText} />
            <TextField path={`${path}.endpoint`} label={words.endpoint} description={words.endpointText} />
          </Pair>
          <Pair>
            <TextField path={`${path}.shareName`} label={words.shareName} />
            <TextField path={`${path}.linuxMountPoint`} label={words.linuxMountPoint} placeholder="/mnt/projects" />
            <TextField path={`${path}.windowsMountDrive`} label={words.windowsMountDrive} placeholder="Z" />
          </Pair>
        </SpaceBetween>
      );
  }
}

function Scripts() {
  return (
    <Rows
      path="initializationScripts"
      label={words.scripts}
      description={words.scriptsText}
      add={words.addScript}
      fresh={FRESH_SCRIPT}
      name={words.script}
    >
      {(row) => (
        <SpaceBetween size="s">
          <Pair>
            <ChoiceField path={`${row}.runContext`} label={words.runContext} names={words.runContexts} />
            <ChoiceField path={`${row}.platform`} label={words.platform} names={words.platforms} />
          </Pair>
          <TextField path={`${row}.script`} label={words.text} rows={6} placeholder="#!/bin/sh" />
        </SpaceBetween>
      )}
    </Rows>
  );
}

function Parameters() {
  return (
    <Rows
      path="scriptParameters"
      label={words.parameters}
      description={words.parametersText}
      add={words.addParameter}
      fresh={{ key: "", value: "" }}
      name={words.parameter}
    >
      {(row) => (
        <Pair>
          <TextField path={`${row}.key`} label={words.key} />
          <TextField path={`${row}.value`} label={words.value} />
        </Pair>
      )}
    </Rows>
  );
}
