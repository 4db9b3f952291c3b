import SpaceBetween from "@cloudscape-design/components/space-between";
import { useComponents, useImages } from "../../../api/catalogue";
import { ChoicesField, LinesField, NumberField, SwitchField, TextField } from "../../../forms/Fields";
import { valueAt } from "../../../forms/draft";
import { useFormAround } from "../../../forms/form";
import { Pair } from "../../../forms/Pair";
import { ReferencesField } from "../../../forms/References";
import { Section } from "../../../forms/Section";
import { profile as words } from "../../../strings/administration/profile";

const STREAM = "streamConfiguration";

/** The fields of a launch profile, but for its tags and members. */
export function ProfileFields({ subnets }: { readonly subnets: boolean }) {
  return (
    <SpaceBetween size="l">
      <Section title={words.sections.what}>
        <TextField path="name" label={words.name} />
        <TextField path="description" label={words.description} rows={2} />
      </Section>
      <Section title={words.sections.machine} text={words.sections.machineText}>
        <Images />
        <ChoicesField path={`${STREAM}.ec2InstanceTypes`} label={words.instanceTypes} description={words.instanceTypesText} />
        <Components />
        {subnets && <LinesField path="ec2SubnetIds" label={words.subnets} description={words.subnetsText} rows={2} />}
      </Section>
      <Section title={words.sections.life}>
        <Life />
      </Section>
      <Section title={words.sections.backups} text={words.sections.backupsText}>
        <Backups />
      </Section>
      <Section title={words.sections.exchange}>
        <Exchange />
      </Section>
    </SpaceBetween>
  );
}

function Images() {
  const choices = useImages().data?.map(({ streamingImageId: id = "", name = "", description = "", state = "" }) => ({
    id,
    name,
    about: description,
    ...(state === "READY" ? {} : { unfit: words.states[state] ?? state }),
  }));
  return <ReferencesField path={`${STREAM}.streamingImageIds`} label={words.images} choices={choices} ordered />;
}

function Components() {
  const choices = useComponents().data?.map(({ studioComponentId: id = "", name = "", type = "" }) => ({ id, name, about: type }));
  return <ReferencesField path="studioComponentIds" label={words.components} description={words.componentsText} choices={choices} ordered />;
}

/** Whether a switch of the draft is on. */
function useIsOn(path: string, on: string): boolean {
  return valueAt(useFormAround().draft, path) === on;
}

function Life() {
  const persistent = useIsOn(`${STREAM}.sessionPersistenceMode`, "ACTIVATED");
  const terminating = useIsOn(`${STREAM}.automaticTerminationMode`, "ACTIVATED");
  const volume = `${STREAM}.volumeConfiguration`;
  return (
    <SpaceBetween size="l">
      <NumberField path={`${STREAM}.maxSessionLengthInMinutes`} label={words.longest} description={words.longestText} unit={words.minutes} />
      <SwitchField path={`${STREAM}.sessionPersistenceMode`} label={words.persistence} text={words.persistenceText} on="ACTIVATED" off="DEACTIVATED" />
      {persistent && (
        <>
          <Pair>
            <NumberField path={`${volume}.size`} label={`${words.volume}: ${words.size}`} unit={words.gib} />
            <NumberField path={`${volume}.throughput`} label={`${words.volume}: ${words.throughput}`} unit={words.mibs} />
            <NumberField path={`${volume}.iops`} label={`${words.volume}: ${words.iops}`} unit={words.perSecond} />
          </Pair>
          <SwitchField
            path={`${STREAM}.automaticTerminationMode`}
            label={words.termination}
            text={words.terminationText}
            on="ACTIVATED"
            off="DEACTIVATED"
          />
        </>
      )}
      {persistent && terminating && (
        <NumberField
          path={`${STREAM}.maxStoppedSessionLengthInMinutes`}
          label={words.longestStopped}
          description={words.longestStoppedText}
          unit={words.minutes}
        />
      )}
    </SpaceBetween>
  );
}

function Backups() {
  const backup = `${STREAM}.sessionBackup`;
  const automatic = useIsOn(`${backup}.mode`, "AUTOMATIC");
  return (
    <SpaceBetween size="l">
      <SwitchField path={`${backup}.mode`} label={words.backupMode} text={words.backupModeText} on="AUTOMATIC" off="DEACTIVATED" />
      {automatic && <NumberField path={`${backup}.maxBackupsToRetain`} label={words.maxBackups} description={words.maxBackupsText} />}
    </SpaceBetween>
  );
}

function Exchange() {
  const uploads = useIsOn("uploads", "ON");
  const root = `${STREAM}.sessionStorage.root`;
  return (
    <SpaceBetween size="l">
      <SwitchField path={`${STREAM}.clipboardMode`} label={words.clipboard} text={words.clipboardText} on="ENABLED" off="DISABLED" />
      <SwitchField path="uploads" label={words.uploads} text={words.uploadsText} on="ON" off="OFF" />
      {uploads && (
        <Pair>
          <TextField path={`${root}.linux`} label={words.linuxRoot} placeholder="$HOME/uploads" />
          <TextField path={`${root}.windows`} label={words.windowsRoot} placeholder="%HOMEPATH%\uploads" />
        </Pair>
      )}
    </SpaceBetween>
  );
}
