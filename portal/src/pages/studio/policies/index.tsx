import { curlLine } from "../../../api/commandLine";
import type { AccessPolicy } from "../../../api/operations";
import { POLICIES } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { GoButton } from "../../../parts/GoButton";
import { InnerLink } from "../../../parts/InnerLink";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { Moment } from "../../../parts/time";
import { navigation } from "../../../strings/administration/navigation";
import { people } from "../../../strings/administration/people";
import { policy as one } from "../../../strings/administration/policy";

const words = people.policyList;

export default function Policies() {
  const { api } = useIdentity();
  return (
    <Listing
      title={navigation.policies}
      description={words.description}
      of={[POLICIES]}
      idOf={(policy) => policy.arn}
      read={async (_filters, _nextToken, signal) => ({
        items: (await api.additions.call("ListPolicies", {}, signal)).policies,
      })}
      columns={columns}
      filters={[
        { id: "find", label: words.find, keep: ({ policyName, arn }, typed) => mentions(typed, policyName, arn) },
        {
          id: "origin",
          label: words.origin,
          choices: Object.entries(words.origins).map(([value, text]) => ({ value, text })),
          keep: ({ origin }, value) => origin === value,
        },
      ]}
      actions={
        <>
          <GoButton href="/studio/simulator">{one.simulate}</GoButton>
          <GoButton variant="primary" href="/studio/policies/create">
            {one.create}
          </GoButton>
        </>
      }
      lines={() => [curlLine(api, "ListPolicies", {})]}
      empty={<Empty title={words.emptyTitle}>{words.empty}</Empty>}
    />
  );
}

const columns: readonly Column<AccessPolicy>[] = [
  { id: "name", header: words.name, cell: ({ policyName }) => <InnerLink href={`/studio/policies/${encodeURIComponent(policyName)}`}>{policyName}</InnerLink>, sortedBy: ({ policyName }) => policyName, isRowHeader: true },
  { id: "origin", header: words.origin, cell: ({ origin }) => words.origins[origin] ?? origin, sortedBy: ({ origin }) => origin },
  { id: "attached", header: words.attached, cell: ({ attachedTo }) => attachedTo?.join(", ") ?? "" },
  {
    id: "changed",
    header: words.changed,
    cell: ({ updatedAt }) => (updatedAt === undefined ? "" : <Moment at={updatedAt} />),
    sortedBy: ({ updatedAt }) => (updatedAt === undefined ? undefined : new Date(updatedAt)),
  },
  { id: "arn", header: words.arn, cell: ({ arn }) => arn, sortedBy: ({ arn }) => arn, atFirstHidden: true },
];
