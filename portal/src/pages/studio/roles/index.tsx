import { curlLine } from "../../../api/commandLine";
import type { AccessRole } from "../../../api/operations";
import { ROLES } from "../../../api/people";
import { useIdentity } from "../../../identity/identity";
import { GoButton } from "../../../parts/GoButton";
import { InnerLink } from "../../../parts/InnerLink";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { Moment } from "../../../parts/time";
import { people } from "../../../strings/administration/people";
import { role as words } from "../../../strings/administration/policy";

export default function Roles() {
  const { api } = useIdentity();
  return (
    <Listing
      title={words.title}
      description={words.description}
      of={[ROLES]}
      idOf={({ roleName }) => roleName}
      read={async (_filters, _nextToken, signal) => ({ items: (await api.additions.call("ListRoles", {}, signal)).roles })}
      columns={columns}
      filters={[{ id: "find", label: words.find, keep: ({ roleName, arn }, typed) => mentions(typed, roleName, arn) }]}
      actions={
        <GoButton variant="primary" href="/studio/roles/create">
          {words.create}
        </GoButton>
      }
      lines={() => [curlLine(api, "ListRoles", {})]}
      empty={
        <Empty title={words.emptyTitle} action={<GoButton href="/studio/roles/create">{words.create}</GoButton>}>
          {words.empty}
        </Empty>
      }
    />
  );
}

const columns: readonly Column<AccessRole>[] = [
  {
    id: "name",
    header: words.name,
    cell: ({ roleName }) => <InnerLink href={`/studio/roles/${encodeURIComponent(roleName)}`}>{roleName}</InnerLink>,
    sortedBy: ({ roleName }) => roleName,
    isRowHeader: true,
  },
  { id: "policies", header: people.policies, cell: ({ policies }) => policies.join(", ") },
  {
    id: "longest",
    header: words.longest,
    cell: ({ maxSessionDuration }) => `${maxSessionDuration} ${words.seconds}`,
    sortedBy: ({ maxSessionDuration }) => maxSessionDuration,
  },
  { id: "changed", header: words.changed, cell: ({ updatedAt }) => <Moment at={updatedAt} />, sortedBy: ({ updatedAt }) => new Date(updatedAt) },
];
