import type { StudioComponent } from "@aws-sdk/client-nimble";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import ExpandableSection from "@cloudscape-design/components/expandable-section";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate, useParams } from "react-router";
import { deleteComponent, useComponent } from "../../../api/catalogue";
import { awsLine } from "../../../api/commandLine";
import { COMPONENTS, useNames, useProfiles } from "../../../api/studio";
import { TagsPanel } from "../../../forms/TagsPanel";
import { useIdentity } from "../../../identity/identity";
import { ApiCall } from "../../../parts/ApiCall";
import { AskedAct } from "../../../parts/AskedAct";
import { type Fact, Facts } from "../../../parts/Facts";
import { GoButton } from "../../../parts/GoButton";
import { InnerLink } from "../../../parts/InnerLink";
import { useNotify } from "../../../parts/notifications";
import { PageTitle } from "../../../parts/PageTitle";
import { Read } from "../../../parts/Read";
import { State } from "../../../parts/State";
import { Moment } from "../../../parts/time";
import { component as words } from "../../../strings/administration/component";
import { navigation } from "../../../strings/administration/navigation";

export default function ShowComponent() {
  const { studioComponentId = "" } = useParams();
  const component = useComponent(studioComponentId);
  return <Read query={component}>{(there) => <Shown component={there} />}</Read>;
}

function useUsers(component: StudioComponent) {
  const id = component.studioComponentId ?? "";
  return (useProfiles().data ?? []).filter(({ studioComponentIds }) => studioComponentIds?.includes(id));
}

function Shown({ component }: { readonly component: StudioComponent }) {
  const { studioComponentId = "", name = "" } = component;
  return (
    <SpaceBetween size="l">
      <PageTitle
        title={name}
        above={[{ text: navigation.components, href: "/studio/components" }]}
        description={component.description ?? ""}
        actions={<Acts component={component} />}
      />
      <Facts title={words.facts} facts={useFacts(component)} />
      <Scripts component={component} />
      <TagsPanel key={studioComponentId} arn={component.arn ?? ""} tags={component.tags} of={COMPONENTS} />
    </SpaceBetween>
  );
}

function Acts({ component }: { readonly component: StudioComponent }) {
  const { api } = useIdentity();
  const navigate = useNavigate();
  const notify = useNotify();
  const { studioComponentId = "", name = "" } = component;
  const profiles = useUsers(component).map((profile) => profile.name ?? "");
  return (
    <>
      <ApiCall lines={[awsLine(api, "GetStudioComponent", { studioId: api.studioId, studioComponentId })]} />
      <GoButton href={`/studio/components/${studioComponentId}/edit`}>{words.edit}</GoButton>
      <AskedAct
        text={words.delete}
        title={words.deleteTitle(name)}
        losses={[words.deleteLoses, ...(profiles.length === 0 ? [] : [words.deleteInUse(profiles)])]}
        rest={profiles.length === 0 ? [words.deleteUnused] : []}
        submit={words.delete}
        failed={words.notDeleted}
        run={() => deleteComponent(api, studioComponentId)}
        changes={[COMPONENTS]}
        done={() => {
          notify({ id: studioComponentId, type: "info", header: words.deleted(name) });
          void navigate("/studio/components");
        }}
      />
    </>
  );
}

function useFacts(component: StudioComponent): readonly Fact[] {
  const names = useNames();
  const profiles = useUsers(component);
  return [
    {
      label: words.state,
      value: (
        <>
          <State state={component.state} message={component.statusMessage} states={words.states} />
          {component.updatedBy !== undefined && (
            <Box color="text-body-secondary">
              <Moment at={component.updatedAt} /> {words.by(names.person(component.updatedBy))}
            </Box>
          )}
        </>
      ),
    },
    { label: words.type, value: words.types[component.type ?? ""] ?? component.type },
    { label: words.subtype, value: words.subtypes[component.subtype ?? ""] ?? component.subtype },
    ...configurationFacts(component),
    {
      label: words.usedBy,
      value:
        profiles.length === 0
          ? words.unused
          : profiles.map(({ launchProfileId = "", name = "" }) => (
              <div key={launchProfileId}>
                <InnerLink href={`/studio/profiles/${launchProfileId}`}>{name}</InnerLink>
              </div>
            )),
    },
    { label: words.securityGroups, value: component.ec2SecurityGroupIds?.join(", ") },
    { label: words.initializationRole, value: component.secureInitializationRoleArn },
    { label: words.runtimeRole, value: component.runtimeRoleArn },
    { label: words.made, value: <Moment at={component.createdAt} /> },
    { label: words.id, value: component.studioComponentId },
    { label: words.arn, value: component.arn },
  ];
}

function configurationFacts({ configuration }: StudioComponent): readonly Fact[] {
  const directory = configuration?.activeDirectoryConfiguration;
  const farm = configuration?.computeFarmConfiguration;
  const shared = configuration?.sharedFileSystemConfiguration;
  const attributes = directory?.computerAttributes?.map(({ name = "", value = "" }) => `${name}=${value}`);
  const all: readonly Fact[] = [
    { label: words.directoryId, value: directory?.directoryId },
    { label: words.organizationalUnit, value: directory?.organizationalUnitDistinguishedName },
    { label: words.computerAttributes, value: attributes?.join(", ") },
    { label: words.endpoint, value: farm?.endpoint ?? configuration?.licenseServiceConfiguration?.endpoint ?? shared?.endpoint },
    { label: words.activeDirectoryUser, value: farm?.activeDirectoryUser },
    { label: words.fileSystemId, value: shared?.fileSystemId },
    { label: words.shareName, value: shared?.shareName },
    { label: words.linuxMountPoint, value: shared?.linuxMountPoint },
    { label: words.windowsMountDrive, value: shared?.windowsMountDrive },
  ];
  return all.filter(({ value }) => value !== undefined && value !== "");
}

function Scripts({ component }: { readonly component: StudioComponent }) {
  const scripts = component.initializationScripts ?? [];
  const parameters = component.scriptParameters ?? [];
  return (
    <Container header={<Header variant="h2" description={words.scriptsText}>{words.scripts}</Header>}>
      <SpaceBetween size="m">
        {scripts.length === 0 && <Box color="text-body-secondary">{words.noScripts}</Box>}
        {scripts.map(({ script = "", runContext = "", platform = "" }, position) => (
          <ExpandableSection
            key={position}
            headerText={words.script(position + 1)}
            headerDescription={[words.runContexts[runContext], words.platforms[platform]].filter((word) => word !== undefined).join(", ")}
            defaultExpanded={scripts.length === 1}
          >
            <code className="command-line">{script}</code>
          </ExpandableSection>
        ))}
        {parameters.length === 0 ? (
          <Box color="text-body-secondary">{words.noParameters}</Box>
        ) : (
          <KeyValuePairs
            columns={3}
            minColumnWidth={180}
            items={parameters.map(({ key = "", value = "" }) => ({ label: key, value }))}
          />
        )}
      </SpaceBetween>
    </Container>
  );
}
