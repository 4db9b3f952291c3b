import { useNavigate } from "react-router";
import { curlLine } from "../../../api/commandLine";
import type { StudioGroup } from "../../../api/operations";
import { GROUPS } from "../../../api/people";
import { TextField } from "../../../forms/Fields";
import { FormDialog } from "../../../forms/FormDialog";
import { useIdentity } from "../../../identity/identity";
import { InnerLink } from "../../../parts/InnerLink";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { useNotify } from "../../../parts/notifications";
import { Moment } from "../../../parts/time";
import { people } from "../../../strings/administration/people";
import { user as words } from "../../../strings/administration/user";

export default function Groups() {
  const { api } = useIdentity();
  const notify = useNotify();
  const navigate = useNavigate();
  return (
    <Listing<StudioGroup>
      title={words.groups}
      description={words.groupsText}
      of={[GROUPS]}
      idOf={({ groupName }) => groupName}
      read={async (_filters, _nextToken, signal) => ({ items: (await api.additions.call("ListGroups", {}, signal)).groups })}
      columns={columns}
      filters={[{ id: "find", label: words.group, keep: ({ groupName, users }, typed) => mentions(typed, groupName, ...users) }]}
      actions={
        <FormDialog
          text={words.createGroup}
          variant="primary"
          title={words.createGroup}
          operation="CreateGroup"
          initial={FRESH}
          byCode={{ GROUP_EXISTS: "groupName" }}
          submit={words.createGroup}
          failed={words.notCreatedGroup}
          send={(request) => api.additions.call("CreateGroup", { groupName: String(request["groupName"]) })}
          line={(request) => curlLine(api, "CreateGroup", { groupName: String(request["groupName"] ?? "") })}
          changes={[GROUPS]}
          done={({ group: { groupName } }) => {
            notify({ id: `group-${groupName}`, type: "success", header: words.createdGroup(groupName) });
            void navigate(`/studio/groups/${encodeURIComponent(groupName)}`);
          }}
        >
          <TextField path="groupName" label={words.groupName} />
        </FormDialog>
      }
      lines={() => [curlLine(api, "ListGroups", {})]}
      empty={<Empty title={words.noGroups}>{words.noGroupsText}</Empty>}
    />
  );
}

const FRESH = { groupName: "" };

const columns: readonly Column<StudioGroup>[] = [
  {
    id: "name",
    header: words.group,
    cell: ({ groupName }) => <InnerLink href={`/studio/groups/${encodeURIComponent(groupName)}`}>{groupName}</InnerLink>,
    sortedBy: ({ groupName }) => groupName,
    isRowHeader: true,
  },
  { id: "people", header: words.people, cell: ({ users }) => users.join(", "), sortedBy: ({ users }) => users.length },
  { id: "policies", header: people.policies, cell: ({ policies }) => policies.join(", ") },
  { id: "made", header: people.made, cell: ({ createdAt }) => <Moment at={createdAt} />, sortedBy: ({ createdAt }) => new Date(createdAt) },
];
