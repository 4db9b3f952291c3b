import { curlLine } from "../../../api/commandLine";
import type { SettingForm } from "../../../api/operations";
import { useIdentity } from "../../../identity/identity";
import { type Column, Empty, Listing } from "../../../parts/Listing";
import { mentions } from "../../../parts/listing/order";
import { navigation } from "../../../strings/administration/navigation";
import { system } from "../../../strings/administration/system";

const words = system.settings;
/** What the server calls the source of a setting that nobody chose. */
const DEFAULT = "default";

export default function Settings() {
  const { api } = useIdentity();
  return (
    <Listing<SettingForm>
      title={navigation.settings}
      description={words.description}
      of={["settings"]}
      idOf={({ name }) => name}
      read={async (_filters, _nextToken, signal) => ({
        items: (await api.additions.call("ListSettings", {}, signal)).settings,
      })}
      polled={false}
      wrapped
      columns={columns}
      filters={[
        { id: "find", label: words.find, keep: ({ name, value, meaning }, typed) => mentions(typed, name, value, meaning) },
        {
          id: "source",
          label: words.sources,
          choices: [
            { value: "chosen", text: words.chosen },
            { value: DEFAULT, text: words.byDefault },
          ],
          keep: ({ source }, value) => (source === DEFAULT) === (value === DEFAULT),
        },
      ]}
      lines={() => [curlLine(api, "ListSettings", {})]}
      empty={<Empty title={words.emptyTitle}>{words.empty}</Empty>}
    />
  );
}

const columns: readonly Column<SettingForm>[] = [
  { id: "name", header: words.name, cell: ({ name }) => name, sortedBy: ({ name }) => name, isRowHeader: true },
  { id: "value", header: words.value, cell: ({ value }) => value, sortedBy: ({ value }) => value },
  { id: "source", header: words.source, cell: ({ source }) => source, sortedBy: ({ source }) => source },
  { id: "meaning", header: words.meaning, cell: ({ meaning }) => meaning, minWidth: 260 },
  { id: "default", header: words.default, cell: (setting) => setting.default, atFirstHidden: true },
  { id: "accepts", header: words.accepts, cell: ({ accepts }) => accepts, atFirstHidden: true },
  { id: "variable", header: words.variable, cell: ({ variable }) => variable, atFirstHidden: true },
];
