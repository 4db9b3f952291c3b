import { type StudioComponent, StudioComponentType } from "@aws-sdk/client-nimble";
import { awsLine } from "../../../api/commandLine";
import { isChanging } from "../../../api/sessions";
import { COMPONENTS, readComponents } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { GoButton } from "../../../parts/GoButton";
import { InnerLink } from "../../../parts/InnerLink";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { State } from "../../../parts/State";
import { Moment } from "../../../parts/time";
import { catalogue as words } from "../../../strings/administration/catalogue";
import { component as one } from "../../../strings/administration/component";
import { navigation } from "../../../strings/administration/navigation";

const page = words.components;

export default function Components() {
  const { api } = useIdentity();
  return (
    <Listing
      title={navigation.components}
      description={page.description}
      of={[COMPONENTS]}
      idOf={(component) => component.studioComponentId ?? ""}
      read={(_filters, nextToken, signal) => readComponents(api, nextToken, signal)}
      columns={columns}
      filters={[
        {
          id: "find",
          label: words.find,
          keep: ({ name, description, studioComponentId }, typed) => mentions(typed, name, description, studioComponentId),
        },
        {
          id: "type",
          label: page.type,
          choices: Object.values(StudioComponentType).map((value) => ({ value, text: value })),
          keep: ({ type }, value) => type === value,
        },
      ]}
      actions={
        <GoButton variant="primary" href="/studio/components/create">
          {one.create}
        </GoButton>
      }
      lines={() => [awsLine(api, "ListStudioComponents", { studioId: api.studioId })]}
      empty={
        <Empty title={page.emptyTitle} action={<GoButton href="/studio/components/create">{one.create}</GoButton>}>
          {page.empty}
        </Empty>
      }
      isChanging={isChanging}
    />
  );
}

const columns: readonly Column<StudioComponent>[] = [
  { id: "name", header: words.name, cell: ({ name = "", studioComponentId = "" }) => <InnerLink href={`/studio/components/${studioComponentId}`}>{name}</InnerLink>, sortedBy: ({ name }) => name, isRowHeader: true },
  { id: "type", header: page.type, cell: ({ type }) => type ?? "", sortedBy: ({ type }) => type },
  { id: "subtype", header: page.subtype, cell: ({ subtype }) => subtype ?? "", sortedBy: ({ subtype }) => subtype },
  {
    id: "state",
    header: words.state,
    cell: ({ state, statusMessage }) => <State state={state} message={statusMessage} states={one.states} />,
    sortedBy: ({ state }) => state,
  },
  { id: "description", header: words.description, cell: ({ description }) => description ?? "" },
  { id: "updated", header: words.updated, cell: ({ updatedAt }) => <Moment at={updatedAt} />, sortedBy: ({ updatedAt }) => updatedAt },
  { id: "id", header: words.id, cell: ({ studioComponentId }) => studioComponentId ?? "", sortedBy: ({ studioComponentId }) => studioComponentId, atFirstHidden: true },
];
