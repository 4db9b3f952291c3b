import type { LaunchProfile } from "@aws-sdk/client-nimble";
import { useState } from "react";
import { useParams } from "react-router";
import { updateProfile, useProfile } from "../../../api/catalogue";
import { awsLine } from "../../../api/commandLine";
import { PROFILES } from "../../../api/studio";
import { changes, compacted } from "../../../forms/draft";
import { FormPage } from "../../../forms/FormPage";
import { useIdentity } from "../../../identity/identity";
import { Read } from "../../../parts/Read";
import { navigation } from "../../../strings/administration/navigation";
import { profile as words } from "../../../strings/administration/profile";
import { ProfileFields } from "./ProfileFields";
import { draftOf, settled } from "./draft";

export default function EditProfile() {
  const { launchProfileId = "" } = useParams();
  return <Read query={useProfile(launchProfileId)}>{(there) => <Editing there={there} />}</Read>;
}

function Editing({ there }: { readonly there: LaunchProfile }) {
  const { api } = useIdentity();
  // What was there when the page was opened: only what was changed here is sent.
  const [initial] = useState(() => draftOf(there));
  const { launchProfileId = "", name = "" } = there;
  const list = "/studio/profiles";
  const href = `${list}/${launchProfileId}`;
  return (
    <FormPage
      title={words.editTitle(name)}
      above={[
        { text: navigation.profiles, href: list },
        { text: name, href },
      ]}
      operation="CreateLaunchProfile"
      initial={initial}
      settle={settled}
      submit={words.save}
      failed={words.notSaved}
      input={(request) => ({ studioId: api.studioId, launchProfileId, ...changes(settled(compacted(initial)), request) })}
      send={(input) => updateProfile(api, input)}
      line={(input) => awsLine(api, "UpdateLaunchProfile", input)}
      changes={[PROFILES]}
      landing={(saved) => ({ href, said: words.saved(saved.name ?? name) })}
      back={href}
    >
      <ProfileFields subnets={false} />
    </FormPage>
  );
}
