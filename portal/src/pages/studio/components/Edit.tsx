import type { StudioComponent } from "@aws-sdk/client-nimble";
import { useState } from "react";
import { useParams } from "react-router";
import { updateComponent, useComponent } from "../../../api/catalogue";
import { awsLine } from "../../../api/commandLine";
import { COMPONENTS } from "../../../api/studio";
import { changes, compacted } from "../../../forms/draft";
import { FormPage } from "../../../forms/FormPage";
import { useIdentity } from "../../../identity/identity";
import { Read } from "../../../parts/Read";
import { navigation } from "../../../strings/administration/navigation";
import { component as words } from "../../../strings/administration/component";
import { ComponentFields } from "./ComponentFields";
import { draftOf, settled } from "./draft";

export default function EditComponent() {
  const { studioComponentId = "" } = useParams();
  return <Read query={useComponent(studioComponentId)}>{(there) => <Editing there={there} />}</Read>;
}

function Editing({ there }: { readonly there: StudioComponent }) {
  const { api } = useIdentity();
  // What was there when the page was opened: only what was changed here is sent.
  const [initial] = useState(() => draftOf(there));
  const { studioComponentId = "", name = "" } = there;
  const list = "/studio/components";
  const href = `${list}/${studioComponentId}`;
  return (
    <FormPage
      title={words.editTitle(name)}
      above={[
        { text: navigation.components, href: list },
        { text: name, href },
      ]}
      operation="CreateStudioComponent"
      initial={initial}
      settle={settled}
      submit={words.save}
      failed={words.notSaved}
      input={(request) => ({ studioId: api.studioId, studioComponentId, ...changes(settled(compacted(initial)), request) })}
      send={(input) => updateComponent(api, input)}
      line={(input) => awsLine(api, "UpdateStudioComponent", input)}
      changes={[COMPONENTS]}
      landing={(saved) => ({ href, said: words.saved(saved.name ?? name) })}
      back={href}
    >
      <ComponentFields fixed />
    </FormPage>
  );
}
