import { curlLine } from "../../../api/commandLine";
import type { StudioUser } from "../../../api/operations";
import { USERS } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { InnerLink } from "../../../parts/InnerLink";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { Moment } from "../../../parts/time";
import { navigation } from "../../../strings/administration/navigation";
import { people as words } from "../../../strings/administration/people";
import { user as one } from "../../../strings/administration/user";
import { AddPerson } from "./AddPerson";

export default function People() {
  const { api } = useIdentity();
  return (
    <Listing
      title={navigation.users}
      description={words.description}
      of={[USERS]}
      idOf={(user) => user.principalId}
      read={async (_filters, _nextToken, signal) => ({ items: (await api.additions.call("ListUsers", {}, signal)).users })}
      columns={columns}
      filters={[
        {
          id: "find",
          label: words.find,
          keep: ({ userName, groups, principalId }, typed) => mentions(typed, userName, principalId, ...groups),
        },
        {
          id: "persona",
          label: words.persona,
          choices: Object.entries(words.personas).map(([value, text]) => ({ value, text })),
          keep: ({ persona }, value) => persona === value,
        },
      ]}
      actions={<AddPerson />}
      lines={() => [curlLine(api, "ListUsers", {})]}
      empty={<Empty title={words.emptyTitle}>{words.empty}</Empty>}
    />
  );
}

const columns: readonly Column<StudioUser>[] = [
  { id: "name", header: words.userName, cell: ({ userName }) => <InnerLink href={`/studio/people/${encodeURIComponent(userName)}`}>{userName}</InnerLink>, sortedBy: ({ userName }) => userName, isRowHeader: true },
  { id: "persona", header: words.persona, cell: ({ persona }) => words.personas[persona] ?? persona, sortedBy: ({ persona }) => persona },
  { id: "status", header: words.status, cell: ({ status }) => one.statuses[status] ?? status, sortedBy: ({ status }) => status },
  { id: "groups", header: words.groups, cell: ({ groups }) => groups.join(", "), sortedBy: ({ groups }) => groups.join(", ") },
  { id: "policies", header: words.policies, cell: ({ policies }) => policies.join(", "), atFirstHidden: true },
  { id: "made", header: words.made, cell: ({ createdAt }) => <Moment at={createdAt} />, sortedBy: ({ createdAt }) => new Date(createdAt) },
  { id: "id", header: words.id, cell: ({ principalId }) => principalId, sortedBy: ({ principalId }) => principalId, atFirstHidden: true },
];
