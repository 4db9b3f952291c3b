import { jsonComplaints } from "../../../forms/document";
import type { Draft } from "../../../forms/draft";
import { NumberField, TextField } from "../../../forms/Fields";
import { Section } from "../../../forms/Section";
import { role as words } from "../../../strings/administration/policy";

export const checkRole = (draft: Draft) => jsonComplaints(draft, "trustPolicy");

/** The fields of a role; its name only where it is being made. */
export function RoleFields({ named }: { readonly named: boolean }) {
  return (
    <Section title={words.facts}>
      {named && <TextField path="roleName" label={words.name} />}
      <TextField path="trustPolicy" label={words.trust} description={words.trustText} rows={14} />
      <NumberField path="maxSessionDuration" label={words.longest} description={words.longestText} unit={words.seconds} hinted={false} />
    </Section>
  );
}
