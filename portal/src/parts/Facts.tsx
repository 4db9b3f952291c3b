import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import KeyValuePairs from "@cloudscape-design/components/key-value-pairs";
import type { ReactNode } from "react";
import { common } from "../strings/common";

export interface Fact {
  readonly label: string;
  /** Where nothing is there to be said, that is said. */
  readonly value: ReactNode;
}

/** What is known of a thing, under one heading. */
export function Facts({ title, facts, actions }: { readonly title: string; readonly facts: readonly Fact[]; readonly actions?: ReactNode }) {
  return (
    <Container header={<Header variant="h2" actions={actions}>{title}</Header>}>
      <KeyValuePairs
        columns={3}
        minColumnWidth={180}
        items={facts.map(({ label, value }) => ({
          label,
          value: value === undefined || value === "" || value === null ? common.nothing : value,
        }))}
      />
    </Container>
  );
}
