import Button from "@cloudscape-design/components/button";
import FormField from "@cloudscape-design/components/form-field";
import Select from "@cloudscape-design/components/select";
import TextFilter from "@cloudscape-design/components/text-filter";
import { useEffect, useState } from "react";
import { listing as words } from "../../strings/administration/listing";
import type { View } from "./address";
import "./listing.css";

export interface Choice {
  readonly value: string;
  readonly text: string;
}

/** One way to narrow a listing. Its id stands in the address; `sort`, `columns`, `size` and `page` are taken. */
export interface Filter<Item> {
  readonly id: string;
  readonly label: string;
  /** What can be chosen; a filter without is a text that is typed. */
  readonly choices?: readonly Choice[];
  /** For what the server has no filter for: whether a row is let through. */
  readonly keep?: (item: Item, value: string) => boolean;
}

export interface FiltersProps<Item> {
  readonly filters: readonly Filter<Item>[];
  readonly view: View;
  readonly change: (change: Partial<View>) => void;
  /** How many were found, for a screen reader. */
  readonly found: string;
}

export function Filters<Item>({ filters, view, change, found }: FiltersProps<Item>) {
  const set = (id: string, value: string) => {
    const others = Object.fromEntries(Object.entries(view.filters).filter(([name]) => name !== id));
    change({ filters: value === "" ? others : { ...others, [id]: value } });
  };
  const narrowed = Object.keys(view.filters).length > 0 || view.order !== null;
  return (
    <div className="listing-filters">
      {filters.map(({ id, label, choices }) =>
        choices === undefined ? (
          <div key={id} className="listing-text">
            <Typed label={label} value={view.filters[id] ?? ""} set={(value) => set(id, value)} found={found} />
          </div>
        ) : (
          <div key={id} className="listing-choice">
            <Chosen label={label} choices={choices} value={view.filters[id] ?? ""} set={(value) => set(id, value)} />
          </div>
        ),
      )}
      {narrowed && (
        <Button variant="link" onClick={() => change({ filters: {}, order: null })}>
          {words.clear}
        </Button>
      )}
    </div>
  );
}

interface OneProps {
  readonly label: string;
  readonly value: string;
  readonly set: (value: string) => void;
}

function Typed({ label, value, set, found }: OneProps & { readonly found: string }) {
  const [typed, setTyped] = useState(value);
  // The address can change otherwise: by Clear, or by a link.
  useEffect(() => setTyped(value), [value]);
  return (
    <TextFilter
      filteringText={typed}
      filteringPlaceholder={label}
      filteringAriaLabel={words.find(label)}
      filteringClearAriaLabel={words.filterClear}
      countText={found}
      onChange={({ detail }) => setTyped(detail.filteringText)}
      onDelayedChange={({ detail }) => set(detail.filteringText)}
    />
  );
}

function Chosen({ label, choices, value, set }: OneProps & { readonly choices: readonly Choice[] }) {
  const options = [{ value: "", label: words.all }, ...choices.map((choice) => ({ value: choice.value, label: choice.text }))];
  // An address may name what is no longer to be chosen: it is shown, for it still narrows.
  const chosen = options.find((option) => option.value === value) ?? { value, label: value };
  return (
    <FormField label={label}>
      <Select
        selectedOption={chosen}
        options={options}
        expandToViewport
        {...(options.length > 12 ? { filteringType: "auto" as const } : {})}
        onChange={({ detail }) => set(detail.selectedOption.value ?? "")}
      />
    </FormField>
  );
}
