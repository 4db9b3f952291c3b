import type { Eula } from "@aws-sdk/client-nimble";
import { awsLine } from "../../../api/commandLine";
import { EULAS, readEulas } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { Moment } from "../../../parts/time";
import { catalogue as words } from "../../../strings/administration/catalogue";
import { navigation } from "../../../strings/administration/navigation";

const page = words.eulas;

export default function Eulas() {
  const { api } = useIdentity();
  return (
    <Listing
      title={navigation.eulas}
      description={page.description}
      of={[EULAS]}
      idOf={(eula) => eula.eulaId ?? ""}
      read={(_filters, nextToken, signal) => readEulas(api, nextToken, signal)}
      columns={columns}
      filters={[{ id: "find", label: words.find, keep: ({ name, eulaId }, typed) => mentions(typed, name, eulaId) }]}
      lines={() => [awsLine(api, "ListEulas", {})]}
      empty={<Empty title={page.emptyTitle}>{page.empty}</Empty>}
    />
  );
}

const columns: readonly Column<Eula>[] = [
  { id: "name", header: words.name, cell: ({ name }) => name ?? "", sortedBy: ({ name }) => name, isRowHeader: true },
  { id: "made", header: words.made, cell: ({ createdAt }) => <Moment at={createdAt} />, sortedBy: ({ createdAt }) => createdAt },
  { id: "updated", header: words.updated, cell: ({ updatedAt }) => <Moment at={updatedAt} />, sortedBy: ({ updatedAt }) => updatedAt },
  { id: "id", header: words.id, cell: ({ eulaId }) => eulaId ?? "", sortedBy: ({ eulaId }) => eulaId },
];
