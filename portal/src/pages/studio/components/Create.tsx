import { createComponent } from "../../../api/catalogue";
import { awsLine } from "../../../api/commandLine";
import { COMPONENTS } from "../../../api/studio";
import { FormPage } from "../../../forms/FormPage";
import { tagComplaints } from "../../../forms/tags";
import { TagsField } from "../../../forms/TagsField";
import { useIdentity } from "../../../identity/identity";
import { navigation } from "../../../strings/administration/navigation";
import { component as words } from "../../../strings/administration/component";
import { ComponentFields } from "./ComponentFields";
import { FRESH, settled } from "./draft";

const LIST = "/studio/components";

export default function CreateComponent() {
  const { api } = useIdentity();
  return (
    <FormPage
      title={words.create}
      lead={words.createLead}
      above={[{ text: navigation.components, href: LIST }]}
      operation="CreateStudioComponent"
      initial={FRESH}
      settle={settled}
      check={tagComplaints}
      submit={words.create}
      failed={words.notCreated}
      input={(request) => ({ studioId: api.studioId, ...request })}
      send={(input) => createComponent(api, input)}
      line={(input) => awsLine(api, "CreateStudioComponent", input)}
      changes={[COMPONENTS]}
      landing={({ studioComponentId = "", name = "" }) => ({ href: `${LIST}/${studioComponentId}`, said: words.created(name) })}
      back={LIST}
    >
      <ComponentFields fixed={false} />
      <TagsField />
    </FormPage>
  );
}
