import type { Eula, EulaAcceptance } from "@aws-sdk/client-nimble";
import Link from "@cloudscape-design/components/link";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { awsLine } from "../../../api/commandLine";
import { acceptEulas, useAcceptances } from "../../../api/eulas";
import { EULAS, type Names, readEulas, useNames } from "../../../api/studio";
import { useIdentity } from "../../../identity/identity";
import { AskedAct } from "../../../parts/AskedAct";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { Moment } from "../../../parts/time";
import { catalogue as words } from "../../../strings/administration/catalogue";
import { eula as one } from "../../../strings/administration/eula";
import { navigation } from "../../../strings/administration/navigation";

const page = words.eulas;

export default function Eulas() {
  const { api } = useIdentity();
  const names = useNames();
  const acceptances = useAcceptances();
  const acceptanceOf = (eula: Eula) => acceptances.data?.find(({ eulaId }) => eulaId === eula.eulaId);
  return (
    <Listing
      title={navigation.eulas}
      description={page.description}
      of={[EULAS]}
      idOf={(eula) => eula.eulaId ?? ""}
      read={(_filters, nextToken, signal) => readEulas(api, nextToken, signal)}
      columns={columnsOf(acceptanceOf, names)}
      ready={names.ready && !acceptances.isPending}
      filters={[{ id: "find", label: words.find, keep: ({ name, eulaId }, typed) => mentions(typed, name, eulaId) }]}
      lines={() => [awsLine(api, "ListEulas", {}), awsLine(api, "ListEulaAcceptances", { studioId: api.studioId })]}
      rowActions={(eula) => {
        const { eulaId = "", name = "" } = eula;
        if (acceptanceOf(eula) !== undefined) return null;
        return (
          <AskedAct
            variant="inline-link"
            text={one.accept}
            label={one.acceptOf(name)}
            title={one.acceptTitle(name)}
            losses={[one.acceptBinds]}
            rest={[one.acceptRest]}
            submit={one.accept}
            failed={one.failed}
            run={() => acceptEulas(api, [eulaId])}
            changes={[EULAS]}
          />
        );
      }}
      empty={<Empty title={page.emptyTitle}>{page.empty}</Empty>}
    />
  );
}

function columnsOf(acceptanceOf: (eula: Eula) => EulaAcceptance | undefined, names: Names): readonly Column<Eula>[] {
  return [
    { id: "name", header: words.name, cell: ({ name }) => name ?? "", sortedBy: ({ name }) => name, isRowHeader: true },
    {
      id: "content",
      header: one.read,
      cell: ({ content = "", name = "" }) =>
        /^https?:/.test(content) ? (
          <Link href={content} external ariaLabel={one.readOf(new URL(content).host, name)}>
            {new URL(content).host}
          </Link>
        ) : (
          content
        ),
    },
    {
      id: "accepted",
      header: one.accepted,
      cell: (eula) => <Accepted acceptance={acceptanceOf(eula)} names={names} />,
      sortedBy: (eula) => acceptanceOf(eula)?.acceptedAt,
    },
    { id: "made", header: words.made, cell: ({ createdAt }) => <Moment at={createdAt} />, sortedBy: ({ createdAt }) => createdAt, atFirstHidden: true },
    { id: "updated", header: words.updated, cell: ({ updatedAt }) => <Moment at={updatedAt} />, sortedBy: ({ updatedAt }) => updatedAt, atFirstHidden: true },
    { id: "id", header: words.id, cell: ({ eulaId }) => eulaId ?? "", sortedBy: ({ eulaId }) => eulaId, atFirstHidden: true },
  ];
}

function Accepted({ acceptance, names }: { readonly acceptance: EulaAcceptance | undefined; readonly names: Names }) {
  if (acceptance === undefined) return <StatusIndicator type="pending">{one.not}</StatusIndicator>;
  return (
    <StatusIndicator type="success">
      <Moment at={acceptance.acceptedAt} /> {one.by(names.person(acceptance.acceptedBy))}
    </StatusIndicator>
  );
}
