import type { StreamingImage } from "@aws-sdk/client-nimble";
import { useState } from "react";
import { useParams } from "react-router";
import { updateImage, useImage } from "../../../api/catalogue";
import { awsLine } from "../../../api/commandLine";
import { IMAGES } from "../../../api/studio";
import { changes, compacted } from "../../../forms/draft";
import { FormPage } from "../../../forms/FormPage";
import { useIdentity } from "../../../identity/identity";
import { Read } from "../../../parts/Read";
import { navigation } from "../../../strings/administration/navigation";
import { image as words } from "../../../strings/administration/image";
import { ImageFields } from "./ImageFields";
import { draftOf } from "./draft";

export default function EditImage() {
  const { streamingImageId = "" } = useParams();
  return <Read query={useImage(streamingImageId)}>{(there) => <Editing there={there} />}</Read>;
}

function Editing({ there }: { readonly there: StreamingImage }) {
  const { api } = useIdentity();
  // What was there when the page was opened: only what was changed here is sent.
  const [initial] = useState(() => draftOf(there));
  const { streamingImageId = "", name = "" } = there;
  const list = "/studio/images";
  const href = `${list}/${streamingImageId}`;
  return (
    <FormPage
      title={words.editTitle(name)}
      above={[
        { text: navigation.images, href: list },
        { text: name, href },
      ]}
      operation="UpdateStreamingImage"
      initial={initial}
      submit={words.save}
      failed={words.notSaved}
      input={(request) => ({ studioId: api.studioId, streamingImageId, ...changes(compacted(initial), request) })}
      send={(input) => updateImage(api, input)}
      line={(input) => awsLine(api, "UpdateStreamingImage", input)}
      changes={[IMAGES]}
      landing={(saved) => ({ href, said: words.saved(saved.name ?? name) })}
      back={href}
    >
      <ImageFields />
    </FormPage>
  );
}
