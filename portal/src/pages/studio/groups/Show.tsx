import Box from "@cloudscape-design/components/box";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { useNavigate, useParams } from "react-router";
import { curlLine } from "../../../api/commandLine";
import type { StudioGroup } from "../../../api/operations";
import { GROUPS, useGroups } from "../../../api/people";
import { POLICIES, USERS, useUsers } from "../../../api/studio";
import { Belongings } from "../../../forms/Belongings";
import { Attached } from "../../../forms/Attached";
import { useIdentity } from "../../../identity/identity";
import { ApiCall } from "../../../parts/ApiCall";
import { AskedAct } from "../../../parts/AskedAct";
import { InnerLink } from "../../../parts/InnerLink";
import { useNotify } from "../../../parts/notifications";
import { PageTitle } from "../../../parts/PageTitle";
import { Read } from "../../../parts/Read";
import { user as words } from "../../../strings/administration/user";
import { common } from "../../../strings/common";

export default function ShowGroup() {
  const { groupName = "" } = useParams();
  return (
    <Read query={useGroups()}>
      {(groups) => {
        const group = groups.find((each) => each.groupName === groupName);
        return group === undefined ? <Box>{common.failed.todo["ResourceNotFoundException"]}</Box> : <Shown group={group} />;
      }}
    </Read>
  );
}

function Shown({ group }: { readonly group: StudioGroup }) {
  const { groupName, policies } = group;
  return (
    <SpaceBetween size="l">
      <PageTitle title={groupName} above={[{ text: words.groups, href: "/studio/groups" }]} actions={<Acts group={group} />} />
      <People group={group} />
      <Attached kind="group" name={groupName} policies={policies} changes={[GROUPS]} />
    </SpaceBetween>
  );
}

function Acts({ group }: { readonly group: StudioGroup }) {
  const { api } = useIdentity();
  const notify = useNotify();
  const navigate = useNavigate();
  const { groupName, users, policies } = group;
  return (
    <>
      <ApiCall lines={[curlLine(api, "ListGroups", {})]} />
      <AskedAct
        text={words.deleteGroup}
        title={words.deleteGroupTitle(groupName)}
        losses={[words.deleteGroupLoses(users, policies)]}
        rest={[words.deleteGroupRest]}
        submit={words.deleteGroup}
        failed={words.notDeletedGroup}
        run={() => api.additions.call("DeleteGroup", { groupName })}
        changes={[GROUPS, USERS, POLICIES]}
        done={() => {
          notify({ id: `group-${groupName}`, type: "info", header: words.deletedGroup(groupName) });
          void navigate("/studio/groups");
        }}
      />
    </>
  );
}

function People({ group: { groupName, users } }: { readonly group: StudioGroup }) {
  const { api } = useIdentity();
  const everybody = useUsers();
  const changes = [GROUPS, USERS];
  return (
    <Belongings<string>
      title={words.people}
      description={words.groupsText}
      items={users}
      keyOf={(userName) => userName}
      columns={[
        {
          id: "name",
          header: words.userName,
          cell: (userName) => <InnerLink href={`/studio/people/${encodeURIComponent(userName)}`}>{userName}</InnerLink>,
          isRowHeader: true,
        },
      ]}
      add={{
        text: words.addPeople,
        title: words.addPeople,
        label: words.people,
        choices: everybody.data?.filter(({ userName }) => !users.includes(userName)).map(({ userName }) => ({ id: userName, name: userName })),
        submit: words.addPeople,
        failed: words.notAdded,
        run: async (chosen) => {
          for (const userName of chosen) await api.additions.call("AddUserToGroup", { groupName, userName });
        },
        changes,
        lines: (chosen) => chosen.map((userName) => curlLine(api, "AddUserToGroup", { groupName, userName })),
      }}
      remove={(userName) => ({
        text: words.takeOut,
        label: words.takeOutOf(userName, groupName),
        title: words.takeOutTitle(userName, groupName),
        losses: [words.takeOutLoses(groupName)],
        submit: words.takeOut,
        failed: words.notTakenOut,
        run: () => api.additions.call("RemoveUserFromGroup", { groupName, userName }),
        changes,
      })}
      empty={words.nobody}
    />
  );
}
