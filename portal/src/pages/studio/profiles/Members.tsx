import type { LaunchProfile, LaunchProfileMembership } from "@aws-sdk/client-nimble";
import { awsLine } from "../../../api/commandLine";
import { deleteProfileMember, membersInput, putProfileMembers, useProfileMembers } from "../../../api/members";
import { MEMBERS, PROFILES, useNames } from "../../../api/studio";
import { Belongings } from "../../../forms/Belongings";
import { useIdentity } from "../../../identity/identity";
import { ErrorPanel } from "../../../parts/ErrorPanel";
import { profile as words } from "../../../strings/administration/profile";

const CHANGED = [MEMBERS, PROFILES];

/** Who may launch from a profile. */
export function Members({ profile: { launchProfileId = "" } }: { readonly profile: LaunchProfile }) {
  const { api } = useIdentity();
  const names = useNames();
  const members = useProfileMembers(launchProfileId);
  const there = new Set(members.data?.map(({ principalId }) => principalId));
  const others = names.people.filter(({ principalId }) => !there.has(principalId));
  const named = { studioId: api.studioId, launchProfileId };
  return (
    <>
      <ErrorPanel error={members.error} />
      <Belongings<LaunchProfileMembership>
        title={words.members}
        description={words.membersText}
        items={members.data}
        keyOf={({ principalId = "" }) => principalId}
        columns={[
          { id: "name", header: words.people, cell: ({ principalId }) => names.person(principalId), isRowHeader: true },
          { id: "persona", header: words.persona, cell: ({ persona = "" }) => persona },
          { id: "id", header: words.principal, cell: ({ principalId = "" }) => principalId },
        ]}
        add={{
          text: words.addMembers,
          title: words.addMembers,
          label: words.people,
          description: words.peopleText,
          choices: names.ready ? others.map(({ principalId: id, userName: name }) => ({ id, name })) : undefined,
          submit: words.add,
          failed: words.notAdded,
          run: (people) => putProfileMembers(api, launchProfileId, people),
          changes: CHANGED,
          lines: (people) => [awsLine(api, "PutLaunchProfileMembers", { ...named, ...membersInput(people, "USER") })],
        }}
        remove={({ principalId = "" }) => {
          const name = names.person(principalId);
          return {
            text: words.removeMember,
            label: words.removeMemberOf(name),
            title: words.removeMemberTitle(name),
            losses: [words.removeMemberLoses(name)],
            rest: [words.removeMemberRest],
            submit: words.removeMember,
            failed: words.notRemoved,
            run: () => deleteProfileMember(api, launchProfileId, principalId),
            changes: CHANGED,
          };
        }}
        empty={words.noMembers}
      />
    </>
  );
}
