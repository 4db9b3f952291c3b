import type { StudioMembership } from "@aws-sdk/client-nimble";
import { awsLine } from "../../../api/commandLine";
import { MEMBERS, readMembers, useNames } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { navigation } from "../../../strings/administration/navigation";
import { people as words } from "../../../strings/administration/people";

const page = words.members;

export default function Members() {
  const { api } = useIdentity();
  const names = useNames();
  return (
    <Listing<StudioMembership>
      title={navigation.members}
      description={page.description}
      of={[MEMBERS]}
      idOf={(member) => member.principalId ?? ""}
      read={(_filters, nextToken, signal) => readMembers(api, nextToken, signal)}
      ready={names.ready}
      columns={[
        {
          id: "person",
          header: page.person,
          cell: ({ principalId }) => names.person(principalId),
          sortedBy: ({ principalId }) => names.person(principalId),
          isRowHeader: true,
        },
        { id: "persona", header: words.persona, cell: ({ persona = "" }) => words.personas[persona] ?? persona, sortedBy: ({ persona }) => persona },
        { id: "store", header: page.store, cell: ({ identityStoreId }) => identityStoreId ?? "", atFirstHidden: true },
        { id: "id", header: words.id, cell: ({ principalId }) => principalId ?? "", sortedBy: ({ principalId }) => principalId },
      ]}
      filters={[
        {
          id: "find",
          label: words.find,
          keep: ({ principalId }, typed) => mentions(typed, principalId, names.person(principalId)),
        },
      ]}
      lines={() => [awsLine(api, "ListStudioMembers", { studioId: api.studioId })]}
      empty={<Empty title={page.emptyTitle}>{page.empty}</Empty>}
    />
  );
}
