import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { useState } from "react";
import { useParams } from "react-router";
import { curlLine } from "../../../api/commandLine";
import type { StudioUser } from "../../../api/operations";
import { GROUPS, KEYS, usePerson } from "../../../api/people";
import { USERS } from "../../../api/studio";
import { Attached } from "../../../forms/Attached";
import { useIdentity } from "../../../identity/identity";
import { ApiCall } from "../../../parts/ApiCall";
import { AskedAct } from "../../../parts/AskedAct";
import { Facts } from "../../../parts/Facts";
import { GoButton } from "../../../parts/GoButton";
import { InnerLink } from "../../../parts/InnerLink";
import { useNotify } from "../../../parts/notifications";
import { PageTitle } from "../../../parts/PageTitle";
import { Read } from "../../../parts/Read";
import { ShownOnce } from "../../../parts/ShownOnce";
import { Moment } from "../../../parts/time";
import { navigation } from "../../../strings/administration/navigation";
import { user as words } from "../../../strings/administration/user";
import { Keys } from "./Keys";

export default function ShowPerson() {
  const { userName = "" } = useParams();
  return <Read query={usePerson(userName)}>{(there) => <Shown person={there} />}</Read>;
}

function Shown({ person }: { readonly person: StudioUser }) {
  const { userName, groups } = person;
  return (
    <SpaceBetween size="l">
      <PageTitle title={userName} above={[{ text: navigation.users, href: "/studio/people" }]} actions={<Acts person={person} />} />
      <Facts
        title={words.facts}
        facts={[
          {
            label: words.status,
            value: (
              <StatusIndicator type={person.status === "ACTIVE" ? "success" : "stopped"}>
                {words.statuses[person.status] ?? person.status}
              </StatusIndicator>
            ),
          },
          { label: words.persona, value: words.kinds[person.persona] ?? person.persona },
          {
            label: words.groupsOf,
            value:
              groups.length === 0
                ? ""
                : groups.map((group) => (
                    <div key={group}>
                      <InnerLink href={`/studio/groups/${encodeURIComponent(group)}`}>{group}</InnerLink>
                    </div>
                  )),
          },
          { label: words.made, value: <Moment at={person.createdAt} /> },
          { label: words.principal, value: person.principalId },
          { label: words.arn, value: person.arn },
        ]}
      />
      <Keys userName={userName} />
      <Attached kind="user" name={userName} policies={person.policies} changes={[GROUPS]} />
    </SpaceBetween>
  );
}

function Acts({ person }: { readonly person: StudioUser }) {
  const { api } = useIdentity();
  const notify = useNotify();
  const [password, setPassword] = useState<string | null>(null);
  const { userName, status } = person;
  const changes = [USERS, KEYS];
  return (
    <>
      <ApiCall lines={[curlLine(api, "GetUser", { userName }), curlLine(api, "ListAccessKeys", { userName })]} />
      <GoButton href={`/studio/simulator?user=${encodeURIComponent(userName)}`}>{words.simulate}</GoButton>
      <AskedAct
        text={words.reset}
        title={words.resetTitle(userName)}
        losses={[words.resetLoses]}
        rest={[words.resetRest]}
        submit={words.reset}
        failed={words.notReset}
        run={() => api.additions.call("ResetUserPassword", { userName })}
        changes={changes}
        done={(answer) => setPassword(answer.password)}
      />
      <AskedAct
        text={words.signOut}
        title={words.signOutTitle(userName)}
        losses={[words.signOutLoses]}
        rest={[words.signOutRest]}
        submit={words.signOut}
        failed={words.notSignedOut}
        run={() => api.additions.call("SignOutUser", { userName })}
        changes={changes}
        done={({ ended }) => notify({ id: `sign-out-${userName}`, type: "success", header: words.signedOut(userName, ended) })}
      />
      {status === "ACTIVE" ? (
        <AskedAct
          text={words.disable}
          title={words.disableTitle(userName)}
          losses={[words.disableLoses]}
          rest={[words.disableRest]}
          submit={words.disable}
          failed={words.notDisabled}
          run={() => api.additions.call("UpdateUser", { userName, status: "INACTIVE" })}
          changes={changes}
        />
      ) : (
        <AskedAct
          text={words.enable}
          title={words.enableTitle(userName)}
          losses={[]}
          rest={[words.enableRest]}
          submit={words.enable}
          failed={words.notEnabled}
          run={() => api.additions.call("UpdateUser", { userName, status: "ACTIVE" })}
          changes={changes}
        />
      )}
      {password !== null && (
        <ShownOnce
          title={words.passwordOf(userName)}
          secrets={[{ label: words.password, value: password }]}
          close={() => setPassword(null)}
        />
      )}
    </>
  );
}
