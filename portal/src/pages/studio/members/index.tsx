import type { StudioMembership } from "@aws-sdk/client-nimble";
import { awsLine } from "../../../api/commandLine";
import { deleteStudioMember, membersInput, putStudioMembers } from "../../../api/members";
import { MEMBERS, readMembers, useNames, USERS } from "../../../api/studio";
import { ChooseDialog } from "../../../forms/ChooseDialog";
import { useIdentity } from "../../../identity/identity";
import { AskedAct } from "../../../parts/AskedAct";
import { Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { member as one } from "../../../strings/administration/member";
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
      actions={
        <ChooseDialog
          text={one.add}
          variant="primary"
          title={one.addTitle}
          label={page.person}
          description={one.addText}
          choices={
            names.ready
              ? names.people
                  .filter(({ persona }) => persona !== "ADMINISTRATOR")
                  .map(({ principalId: id, userName: name }) => ({ id, name }))
              : undefined
          }
          submit={one.add}
          failed={one.notAdded}
          run={(people) => putStudioMembers(api, people)}
          changes={[MEMBERS, USERS]}
          lines={(people) => [awsLine(api, "PutStudioMembers", { studioId: api.studioId, ...membersInput(people, "ADMINISTRATOR") })]}
        />
      }
      rowActions={({ principalId = "" }) => {
        const name = names.person(principalId);
        return (
          <AskedAct
            variant="inline-link"
            text={one.remove}
            label={one.removeOf(name)}
            title={one.removeTitle(name)}
            losses={[one.removeLoses(name)]}
            rest={[one.removeRest]}
            submit={one.remove}
            failed={one.notRemoved}
            run={() => deleteStudioMember(api, principalId)}
            changes={[MEMBERS, USERS]}
          />
        );
      }}
      lines={() => [awsLine(api, "ListStudioMembers", { studioId: api.studioId })]}
      empty={<Empty title={page.emptyTitle}>{page.empty}</Empty>}
    />
  );
}
