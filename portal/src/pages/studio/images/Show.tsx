import type { StreamingImage } from "@aws-sdk/client-nimble";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate, useParams } from "react-router";
import { deleteImage, useImage, useRegisteredImages } from "../../../api/catalogue";
import { awsLine } from "../../../api/commandLine";
import { IMAGES, useProfiles } from "../../../api/studio";
import { Section } from "../../../forms/Section";
import { TagsPanel } from "../../../forms/TagsPanel";
import { useIdentity } from "../../../identity/identity";
import { ApiCall } from "../../../parts/ApiCall";
import { AskedAct } from "../../../parts/AskedAct";
import { ErrorPanel } from "../../../parts/ErrorPanel";
import { type Fact, Facts } from "../../../parts/Facts";
import { GoButton } from "../../../parts/GoButton";
import { InnerLink } from "../../../parts/InnerLink";
import { useNotify } from "../../../parts/notifications";
import { PageTitle } from "../../../parts/PageTitle";
import { Read } from "../../../parts/Read";
import { State } from "../../../parts/State";
import { image as words } from "../../../strings/administration/image";
import { navigation } from "../../../strings/administration/navigation";
import { System } from "./System";

export default function ShowImage() {
  const { streamingImageId = "" } = useParams();
  return <Read query={useImage(streamingImageId)}>{(there) => <Shown image={there} />}</Read>;
}

function useOffering(image: StreamingImage) {
  const id = image.streamingImageId ?? "";
  return (useProfiles().data ?? []).filter(({ streamConfiguration }) => streamConfiguration?.streamingImageIds?.includes(id));
}

function Shown({ image }: { readonly image: StreamingImage }) {
  const { api } = useIdentity();
  const own = image.owner === api.studioId;
  return (
    <SpaceBetween size="l">
      <PageTitle
        title={image.name ?? ""}
        above={[{ text: navigation.images, href: "/studio/images" }]}
        description={own ? (image.description ?? "") : words.vendors}
        actions={<Acts image={image} own={own} />}
      />
      <Facts title={words.facts} facts={useFacts(image)} />
      <Runs image={image} />
      <TagsPanel arn={image.arn ?? ""} tags={image.tags} of={IMAGES} />
    </SpaceBetween>
  );
}

function Acts({ image, own }: { readonly image: StreamingImage; readonly own: boolean }) {
  const { api } = useIdentity();
  const navigate = useNavigate();
  const notify = useNotify();
  const { streamingImageId = "", name = "" } = image;
  const profiles = useOffering(image).map((profile) => profile.name ?? "");
  return (
    <>
      <ApiCall lines={[awsLine(api, "GetStreamingImage", { studioId: api.studioId, streamingImageId })]} />
      {own && (
        <>
          <GoButton href={`/studio/images/${streamingImageId}/edit`}>{words.edit}</GoButton>
          <AskedAct
            text={words.delete}
            title={words.deleteTitle(name)}
            losses={[words.deleteLoses, ...(profiles.length === 0 ? [] : [words.deleteInUse(profiles)])]}
            submit={words.delete}
            failed={words.notDeleted}
            run={() => deleteImage(api, streamingImageId)}
            changes={[IMAGES]}
            done={() => {
              notify({ id: streamingImageId, type: "info", header: words.deleted(name) });
              void navigate("/studio/images");
            }}
          />
        </>
      )}
    </>
  );
}

/** What its sessions run on. */
function Runs({ image }: { readonly image: StreamingImage }) {
  const registered = useRegisteredImages();
  return (
    <Section title={words.system}>
      <ErrorPanel error={registered.error} title={words.registeredUnread} />
      {registered.data !== undefined && <System registered={registered.data} ec2ImageId={image.ec2ImageId ?? ""} />}
    </Section>
  );
}

function useFacts(image: StreamingImage): readonly Fact[] {
  const profiles = useOffering(image);
  return [
    { label: words.state, value: <State state={image.state} message={image.statusMessage} states={words.states} /> },
    { label: words.ec2ImageId, value: image.ec2ImageId },
    { label: words.platform, value: image.platform },
    { label: words.owner, value: image.owner },
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
    { label: words.eulas, value: (image.eulaIds ?? []).length === 0 ? words.noEulas : image.eulaIds?.join(", ") },
    { label: words.encryption, value: image.encryptionConfiguration?.keyArn ?? image.encryptionConfiguration?.keyType },
    { label: words.id, value: image.streamingImageId },
    { label: words.arn, value: image.arn },
  ];
}
