import type { LaunchProfile } from "@aws-sdk/client-nimble";
import { awsLine } from "../../../api/commandLine";
import { isChanging } from "../../../api/sessions";
import { PROFILES, readProfiles } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { GoButton } from "../../../parts/GoButton";
import { InnerLink } from "../../../parts/InnerLink";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { State } from "../../../parts/State";
import { Moment } from "../../../parts/time";
import { catalogue as words } from "../../../strings/administration/catalogue";
import { navigation } from "../../../strings/administration/navigation";
import { profile as one } from "../../../strings/administration/profile";

const page = words.profiles;

export default function Profiles() {
  const { api } = useIdentity();
  return (
    <Listing
      title={navigation.profiles}
      description={page.description}
      of={[PROFILES]}
      idOf={(profile) => profile.launchProfileId ?? ""}
      read={(_filters, nextToken, signal) => readProfiles(api, nextToken, signal)}
      columns={columns}
      filters={[
        {
          id: "find",
          label: words.find,
          keep: ({ name, description, launchProfileId }, typed) => mentions(typed, name, description, launchProfileId),
        },
      ]}
      actions={
        <GoButton variant="primary" href="/studio/profiles/create">
          {one.create}
        </GoButton>
      }
      lines={() => [awsLine(api, "ListLaunchProfiles", { studioId: api.studioId })]}
      empty={
        <Empty title={page.emptyTitle} action={<GoButton href="/studio/profiles/create">{one.create}</GoButton>}>
          {page.empty}
        </Empty>
      }
      isChanging={isChanging}
    />
  );
}

function kept({ streamConfiguration }: LaunchProfile): string {
  const backup = streamConfiguration?.sessionBackup;
  return backup?.mode === "AUTOMATIC" && backup.maxBackupsToRetain !== 0
    ? page.backupsKept(backup.maxBackupsToRetain ?? 0)
    : page.backupsOff;
}

const columns: readonly Column<LaunchProfile>[] = [
  { id: "name", header: words.name, cell: ({ name = "", launchProfileId = "" }) => <InnerLink href={`/studio/profiles/${launchProfileId}`}>{name}</InnerLink>, sortedBy: ({ name }) => name, isRowHeader: true },
  {
    id: "state",
    header: words.state,
    cell: ({ state, statusMessage }) => <State state={state} message={statusMessage} states={one.states} />,
    sortedBy: ({ state }) => state,
  },
  { id: "description", header: words.description, cell: ({ description }) => description ?? "" },
  {
    id: "instances",
    header: page.instances,
    cell: ({ streamConfiguration }) => streamConfiguration?.ec2InstanceTypes?.join(", ") ?? "",
  },
  { id: "backups", header: page.backups, cell: kept, sortedBy: kept },
  {
    id: "components",
    header: page.components,
    cell: ({ studioComponentIds }) => String(studioComponentIds?.length ?? 0),
    sortedBy: ({ studioComponentIds }) => studioComponentIds?.length ?? 0,
    atFirstHidden: true,
  },
  { id: "updated", header: words.updated, cell: ({ updatedAt }) => <Moment at={updatedAt} />, sortedBy: ({ updatedAt }) => updatedAt },
  { id: "id", header: words.id, cell: ({ launchProfileId }) => launchProfileId ?? "", sortedBy: ({ launchProfileId }) => launchProfileId, atFirstHidden: true },
];
