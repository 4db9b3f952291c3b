import { TextField } from "../../../forms/Fields";
import { Section } from "../../../forms/Section";
import { image as words } from "../../../strings/administration/image";

/** What can be changed of a streaming image. */
export function ImageFields() {
  return (
    <Section title={words.facts}>
      <TextField path="name" label={words.name} />
      <TextField path="description" label={words.description} rows={2} />
    </Section>
  );
}
