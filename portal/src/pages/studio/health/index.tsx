import StatusIndicator from "@cloudscape-design/components/status-indicator";
import { curlLine } from "../../../api/commandLine";
import type { HealthFinding } from "../../../api/operations";
import { useIdentity } from "../../../identity/identity";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { navigation } from "../../../strings/administration/navigation";
import { system } from "../../../strings/administration/system";

const words = system.health;

export default function Health() {
  const { api } = useIdentity();
  return (
    <Listing<HealthFinding>
      title={navigation.health}
      description={words.description}
      of={["findings"]}
      idOf={({ part, meaning }) => `${part} ${meaning}`}
      read={async (_filters, _nextToken, signal) => ({
        items: (await api.additions.call("ListFindings", {}, signal)).findings,
      })}
      // Each look tries things on the machine.
      polled={false}
      wrapped
      columns={columns}
      filters={[
        { id: "find", label: words.find, keep: ({ part, meaning }, typed) => mentions(typed, part, meaning) },
        {
          id: "state",
          label: words.state,
          choices: Object.entries(words.states).map(([value, text]) => ({ value, text })),
          keep: ({ state }, value) => state === value,
        },
      ]}
      lines={() => [curlLine(api, "ListFindings", {})]}
      empty={<Empty title={words.emptyTitle}>{words.empty}</Empty>}
    />
  );
}

const ORDER = { MISSING: 0, LIMITED: 1, OK: 2 } as const;

function Sign({ state, need }: HealthFinding) {
  if (state === "OK") return <StatusIndicator type="success">{words.states[state]}</StatusIndicator>;
  if (state === "LIMITED") return <StatusIndicator type="warning">{words.states[state]}</StatusIndicator>;
  return need === "NEEDED" ? (
    <StatusIndicator type="error">{words.states[state]}</StatusIndicator>
  ) : (
    <StatusIndicator type="stopped">{words.unneeded}</StatusIndicator>
  );
}

const columns: readonly Column<HealthFinding>[] = [
  { id: "part", header: words.part, cell: ({ part }) => part, sortedBy: ({ part }) => part, isRowHeader: true },
  { id: "state", header: words.state, cell: Sign, sortedBy: ({ state }) => ORDER[state] },
  { id: "meaning", header: words.meaning, cell: ({ meaning }) => meaning, minWidth: 260 },
  { id: "remedy", header: words.remedy, cell: ({ remedy }) => remedy },
  { id: "need", header: words.need, cell: ({ need }) => words.needs[need], sortedBy: ({ need }) => need, atFirstHidden: true },
];
