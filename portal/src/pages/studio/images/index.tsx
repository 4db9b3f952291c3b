import type { StreamingImage } from "@aws-sdk/client-nimble";
import { awsLine } from "../../../api/commandLine";
import { isChanging } from "../../../api/sessions";
import { IMAGES, readImages } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { GoButton } from "../../../parts/GoButton";
import { InnerLink } from "../../../parts/InnerLink";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { State } from "../../../parts/State";
import { catalogue as words } from "../../../strings/administration/catalogue";
import { image as one } from "../../../strings/administration/image";
import { navigation } from "../../../strings/administration/navigation";

const page = words.images;

export default function Images() {
  const { api } = useIdentity();
  return (
    <Listing
      title={navigation.images}
      description={page.description}
      of={[IMAGES]}
      idOf={(image) => image.streamingImageId ?? ""}
      read={(_filters, nextToken, signal) => readImages(api, undefined, nextToken, signal)}
      columns={columns}
      filters={[
        {
          id: "find",
          label: words.find,
          keep: ({ name, description, streamingImageId, ec2ImageId }, typed) =>
            mentions(typed, name, description, streamingImageId, ec2ImageId),
        },
      ]}
      lines={() => [awsLine(api, "ListStreamingImages", { studioId: api.studioId })]}
      actions={
        <GoButton variant="primary" href="/studio/images/create">
          {one.create}
        </GoButton>
      }
      empty={<Empty title={page.emptyTitle}>{page.empty}</Empty>}
      isChanging={isChanging}
    />
  );
}

const columns: readonly Column<StreamingImage>[] = [
  { id: "name", header: words.name, cell: ({ name = "", streamingImageId = "" }) => <InnerLink href={`/studio/images/${streamingImageId}`}>{name}</InnerLink>, sortedBy: ({ name }) => name, isRowHeader: true },
  {
    id: "state",
    header: words.state,
    cell: ({ state, statusMessage }) => <State state={state} message={statusMessage} states={one.states} />,
    sortedBy: ({ state }) => state,
  },
  { id: "image", header: page.image, cell: ({ ec2ImageId }) => ec2ImageId ?? "", sortedBy: ({ ec2ImageId }) => ec2ImageId },
  { id: "platform", header: page.platform, cell: ({ platform }) => platform ?? "", sortedBy: ({ platform }) => platform },
  { id: "owner", header: page.owner, cell: ({ owner }) => owner ?? "", sortedBy: ({ owner }) => owner },
  { id: "description", header: words.description, cell: ({ description }) => description ?? "" },
  { id: "id", header: words.id, cell: ({ streamingImageId }) => streamingImageId ?? "", sortedBy: ({ streamingImageId }) => streamingImageId, atFirstHidden: true },
];
