import { createProfile } from "../../../api/catalogue";
import { awsLine } from "../../../api/commandLine";
import { PROFILES } from "../../../api/studio";
import { FormPage } from "../../../forms/FormPage";
import { tagComplaints } from "../../../forms/tags";
import { TagsField } from "../../../forms/TagsField";
import { useIdentity } from "../../../identity/identity";
import { navigation } from "../../../strings/administration/navigation";
import { profile as words } from "../../../strings/administration/profile";
import { ProfileFields } from "./ProfileFields";
import { FRESH, settled } from "./draft";

const LIST = "/studio/profiles";

export default function CreateProfile() {
  const { api } = useIdentity();
  return (
    <FormPage
      title={words.create}
      lead={words.createLead}
      above={[{ text: navigation.profiles, href: LIST }]}
      operation="CreateLaunchProfile"
      initial={FRESH}
      settle={settled}
      check={tagComplaints}
      submit={words.create}
      failed={words.notCreated}
      input={(request) => ({ studioId: api.studioId, ...request })}
      send={(input) => createProfile(api, input)}
      line={(input) => awsLine(api, "CreateLaunchProfile", input)}
      changes={[PROFILES]}
      landing={({ launchProfileId = "", name = "" }) => ({ href: `${LIST}/${launchProfileId}`, said: words.created(name) })}
      back={LIST}
    >
      <ProfileFields subnets />
      <TagsField />
    </FormPage>
  );
}
