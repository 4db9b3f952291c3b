import SpaceBetween from "@cloudscape-design/components/space-between";
import { createImage } from "../../../api/catalogue";
import { awsLine } from "../../../api/commandLine";
import { IMAGES } from "../../../api/studio";
import { FormPage } from "../../../forms/FormPage";
import { tagComplaints, withTagMap } from "../../../forms/tags";
import { TagsField } from "../../../forms/TagsField";
import { useIdentity } from "../../../identity/identity";
import { navigation } from "../../../strings/administration/navigation";
import { image as words } from "../../../strings/administration/image";
import { FRESH } from "./draft";
import { HowToRegister } from "./HowToRegister";
import { ImageFields } from "./ImageFields";
import { SystemField } from "./SystemField";

const LIST = "/studio/images";

export default function CreateImage() {
  const { api } = useIdentity();
  return (
    <FormPage
      title={words.create}
      lead={words.createLead}
      above={[{ text: navigation.images, href: LIST }]}
      operation="CreateStreamingImage"
      initial={FRESH}
      settle={withTagMap}
      check={tagComplaints}
      submit={words.create}
      failed={words.notCreated}
      input={(request) => ({ studioId: api.studioId, ...request })}
      send={(input) => createImage(api, input)}
      line={(input) => awsLine(api, "CreateStreamingImage", input)}
      changes={[IMAGES]}
      landing={({ streamingImageId = "", name = "" }) => ({ href: `${LIST}/${streamingImageId}`, said: words.created(name) })}
      back={LIST}
    >
      <SpaceBetween size="l">
        <SystemField />
        <HowToRegister />
        <ImageFields />
        <TagsField />
      </SpaceBetween>
    </FormPage>
  );
}
