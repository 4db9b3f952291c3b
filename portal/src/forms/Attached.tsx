import { useQuery } from "@tanstack/react-query";
import { curlLine } from "../api/commandLine";
import type { AttachmentTarget } from "../api/operations";
import { usePolicies } from "../api/people";
import { POLICIES, USERS } from "../api/studio";
import { Belongings } from "./Belongings";
import { useIdentity } from "../identity/identity";
import { policy as words } from "../strings/administration/policy";
import { InnerLink } from "../parts/InnerLink";

export interface AttachedProps {
  readonly kind: AttachmentTarget;
  readonly name: string;
  /** All that decide for it, those of its kind too. */
  readonly policies: readonly string[];
  /** Keys of what is to be looked at again. */
  readonly changes: readonly string[];
}

/** The policies that decide for a person, a group or a role; attached and detached here. */
export function Attached({ kind, name, policies, changes }: AttachedProps) {
  const { api } = useIdentity();
  const all = usePolicies();
  const names = [...new Set(policies)];
  // A person's kind has policies of its own: only what is attached can be detached.
  const attachments = useQuery({
    queryKey: [POLICIES, "attached", ...names],
    queryFn: ({ signal }) =>
      Promise.all(names.map(async (policyName) => (await api.additions.call("GetPolicy", { policyName }, signal)).policy)),
  });
  const isAttached = (policyName: string) =>
    attachments.data?.find((policy) => policy.policyName === policyName)?.attachedTo?.includes(`${kind}/${name}`) ?? false;
  const changed = [POLICIES, USERS, ...changes];
  const target = { targetType: kind, targetName: name };
  return (
    <Belongings<string>
      title={words.policies}
      description={words.policiesText}
      items={names}
      keyOf={(policyName) => policyName}
      columns={[
        {
          id: "name",
          header: words.name,
          cell: (policyName) => <InnerLink href={`/studio/policies/${encodeURIComponent(policyName)}`}>{policyName}</InnerLink>,
          isRowHeader: true,
        },
      ]}
      add={{
        text: words.attachPolicies,
        title: words.attachPolicies,
        label: words.policies,
        choices: all.data
          ?.filter(({ policyName }) => !isAttached(policyName))
          .map(({ policyName, origin }) => ({ id: policyName, name: policyName, about: words.origins[origin] ?? origin })),
        submit: words.attach,
        failed: words.notAttached,
        run: async (chosen) => {
          for (const policyName of chosen) await api.additions.call("AttachPolicy", { policyName, ...target });
        },
        changes: changed,
        lines: (chosen) => chosen.map((policyName) => curlLine(api, "AttachPolicy", { policyName, ...target })),
      }}
      remove={(policyName) =>
        isAttached(policyName)
          ? {
              text: words.detach,
              label: words.detachOf(policyName, name),
              title: words.detachTitle(policyName, name),
              losses: [words.detachLoses(name)],
              submit: words.detach,
              failed: words.notDetached,
              run: () => api.additions.call("DetachPolicy", { policyName, ...target }),
              changes: changed,
            }
          : words.byKind
      }
      empty={words.noPolicies}
    />
  );
}
