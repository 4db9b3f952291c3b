import type { LaunchProfile, StreamConfiguration } from "@aws-sdk/client-nimble";
import Box from "@cloudscape-design/components/box";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate, useParams } from "react-router";
import { deleteProfile, useComponents, useImages, useProfile } from "../../../api/catalogue";
import { awsLine } from "../../../api/commandLine";
import { useProfileMembers } from "../../../api/members";
import { PROFILES, useNames } from "../../../api/studio";
import { TagsPanel } from "../../../forms/TagsPanel";
import { useIdentity } from "../../../identity/identity";
import { ApiCall } from "../../../parts/ApiCall";
import { AskedAct } from "../../../parts/AskedAct";
import { type Fact, Facts } from "../../../parts/Facts";
import { GoButton } from "../../../parts/GoButton";
import { InnerLink } from "../../../parts/InnerLink";
import { Remark } from "../../../parts/Remark";
import { useNotify } from "../../../parts/notifications";
import { PageTitle } from "../../../parts/PageTitle";
import { Read } from "../../../parts/Read";
import { State } from "../../../parts/State";
import { Moment } from "../../../parts/time";
import { navigation } from "../../../strings/administration/navigation";
import { profile as words } from "../../../strings/administration/profile";
import { Members } from "./Members";
import "../../../parts/administration.css";

export default function ShowProfile() {
  const { launchProfileId = "" } = useParams();
  const profile = useProfile(launchProfileId);
  return <Read query={profile}>{(there) => <Shown profile={there} />}</Read>;
}

function Shown({ profile }: { readonly profile: LaunchProfile }) {
  const { launchProfileId = "", name = "" } = profile;
  return (
    <SpaceBetween size="l">
      <PageTitle
        title={name}
        above={[{ text: navigation.profiles, href: "/studio/profiles" }]}
        description={profile.description ?? ""}
        actions={<Acts profile={profile} />}
      />
      <Facts title={words.facts} facts={useFacts(profile)} />
      <Members profile={profile} />
      <Checks profile={profile} />
      <TagsPanel key={launchProfileId} arn={profile.arn ?? ""} tags={profile.tags} of={PROFILES} />
    </SpaceBetween>
  );
}

function Acts({ profile }: { readonly profile: LaunchProfile }) {
  const { api } = useIdentity();
  const navigate = useNavigate();
  const notify = useNotify();
  const names = useNames();
  const { launchProfileId = "", name = "" } = profile;
  const members = (useProfileMembers(launchProfileId).data ?? []).map(({ principalId }) => names.person(principalId));
  const named = { studioId: api.studioId, launchProfileId };
  return (
    <>
      <ApiCall lines={[awsLine(api, "GetLaunchProfile", named), awsLine(api, "ListLaunchProfileMembers", named)]} />
      <GoButton href={`/studio/profiles/${launchProfileId}/edit`}>{words.edit}</GoButton>
      <AskedAct
        text={words.delete}
        title={words.deleteTitle(name)}
        losses={[words.deleteLoses(members), words.deleteLosesSettings]}
        rest={[words.deleteRest]}
        submit={words.delete}
        failed={words.notDeleted}
        run={() => deleteProfile(api, launchProfileId)}
        changes={[PROFILES]}
        done={() => {
          notify({ id: launchProfileId, type: "info", header: words.deleted(name) });
          void navigate("/studio/profiles");
        }}
      />
    </>
  );
}

function useFacts(profile: LaunchProfile): readonly Fact[] {
  const names = useNames();
  const images = useImages().data;
  const components = useComponents().data;
  const stream = profile.streamConfiguration;
  const componentIds = profile.studioComponentIds ?? [];
  return [
    {
      label: words.state,
      value: (
        <>
          <State state={profile.state} message={profile.statusMessage} states={words.states} />
          {profile.updatedBy !== undefined && (
            <Box color="text-body-secondary">
              <Moment at={profile.updatedAt} /> {words.by(names.person(profile.updatedBy))}
            </Box>
          )}
        </>
      ),
    },
    {
      label: words.images,
      value: (stream?.streamingImageIds ?? []).map((id) => (
        <div key={id}>
          <InnerLink href={`/studio/images/${id}`}>{images?.find(({ streamingImageId }) => streamingImageId === id)?.name ?? id}</InnerLink>
        </div>
      )),
    },
    { label: words.instanceTypes, value: stream?.ec2InstanceTypes?.join(", ") },
    {
      label: words.components,
      value:
        componentIds.length === 0 ? (
          words.noComponents
        ) : (
          <ol className="ordered">
            {componentIds.map((id) => (
              <li key={id}>
                <InnerLink href={`/studio/components/${id}`}>
                  {components?.find(({ studioComponentId }) => studioComponentId === id)?.name ?? id}
                </InnerLink>
              </li>
            ))}
          </ol>
        ),
    },
    ...(stream === undefined ? [] : lifeOf(stream)),
    { label: words.subnets, value: profile.ec2SubnetIds?.join(", ") },
    { label: words.made, value: <Moment at={profile.createdAt} /> },
    { label: words.id, value: profile.launchProfileId },
    { label: words.arn, value: profile.arn },
  ];
}

function lifeOf(stream: StreamConfiguration): readonly Fact[] {
  const { volumeConfiguration: volume, sessionBackup, sessionStorage, maxStoppedSessionLengthInMinutes: stopped = 0 } = stream;
  const persistent = stream.sessionPersistenceMode === "ACTIVATED";
  const terminating = stream.automaticTerminationMode === "ACTIVATED";
  const folder = sessionStorage?.root?.linux ?? sessionStorage?.root?.windows ?? words.usualFolder;
  return [
    { label: words.longest, value: stream.maxSessionLengthInMinutes === undefined ? "" : words.atMost(stream.maxSessionLengthInMinutes) },
    { label: words.persistence, value: persistent ? words.persistenceText : words.off },
    {
      label: words.longestStopped,
      value: !persistent || (terminating && stopped === 0) ? words.notStoppable : terminating ? words.atMost(stopped) : words.forEver,
    },
    {
      label: words.backupMode,
      value: sessionBackup?.mode === "AUTOMATIC" ? words.keeps(sessionBackup.maxBackupsToRetain ?? 0) : words.off,
    },
    {
      label: words.volume,
      value: volume === undefined ? "" : words.volumeOf(volume.size ?? 0, volume.throughput ?? 0, volume.iops ?? 0),
    },
    { label: words.clipboard, value: stream.clipboardMode === "ENABLED" ? words.on : words.off },
    { label: words.uploads, value: sessionStorage?.mode?.includes("UPLOAD") === true ? words.uploadsTo(folder) : words.off },
  ];
}

function Checks({ profile }: { readonly profile: LaunchProfile }) {
  return (
    <Container header={<Header variant="h2" description={words.validationText}>{words.validation}</Header>}>
      <SpaceBetween size="xs">
        {(profile.validationResults ?? []).map(({ type = "", state = "", statusMessage = "" }) => (
          <Remark key={type} type={state === "VALIDATION_SUCCESS" ? "success" : state.endsWith("IN_PROGRESS") ? "in-progress" : "error"}>
            {words.validations[type] ?? type}: {statusMessage}
          </Remark>
        ))}
      </SpaceBetween>
    </Container>
  );
}
