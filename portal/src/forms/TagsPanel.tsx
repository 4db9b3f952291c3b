import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import { useState } from "react";
import { useLookAgain } from "../api/act";
import { changeTags, type Tags } from "../api/catalogue";
import { useIdentity } from "../identity/identity";
import { forms } from "../strings/forms";
import type { Draft } from "./draft";
import { useForm } from "./form";
import { FormFrame } from "./FormFrame";
import { tagComplaints, tagRows, withTagMap } from "./tags";
import { TagsField } from "./TagsField";

const words = forms.tags;

export interface TagsPanelProps {
  readonly arn: string;
  readonly tags: Tags | undefined;
  /** The key of what is to be looked at again. */
  readonly of: string;
}

/** A thing's tags, shown and changed. */
export function TagsPanel({ arn, tags = {}, of }: TagsPanelProps) {
  const [editing, setEditing] = useState(false);
  return (
    <Container
      header={
        <Header variant="h2" actions={!editing && <Button onClick={() => setEditing(true)}>{words.edit}</Button>}>
          {words.title}
        </Header>
      }
    >
      {editing ? (
        <Editing arn={arn} tags={tags} of={of} close={() => setEditing(false)} />
      ) : Object.keys(tags).length === 0 ? (
        <Box color="text-body-secondary">{words.empty}</Box>
      ) : (
        <KeyValuePairs columns={3} minColumnWidth={180} items={Object.entries(tags).map(([label, value]) => ({ label, value }))} />
      )}
    </Container>
  );
}

const asMap = (draft: Draft) => withTagMap(draft);
const check = (draft: Draft) => tagComplaints(draft);

function Editing({ arn, tags = {}, of, close }: TagsPanelProps & { readonly close: () => void }) {
  const { api } = useIdentity();
  const look = useLookAgain();
  const [initial] = useState(() => ({ tags: tagRows(tags) }));
  const form = useForm({
    operation: "TagResource",
    initial,
    settle: asMap,
    check,
    send: (request) => changeTags(api, arn, tags, (request["tags"] ?? {}) as Tags),
    done: () => {
      void look(of);
      close();
    },
  });
  return (
    <FormFrame form={form} submit={words.save} failed={words.failed} cancel={close}>
      <TagsField />
    </FormFrame>
  );
}
