import Box from "@cloudscape-design/components/box";
import Header from "@cloudscape-design/components/header";
import Table, { type TableProps } from "@cloudscape-design/components/table";
import type { ReactNode } from "react";
import { AskedAct, type AskedActProps } from "../parts/AskedAct";
import { common } from "../strings/common";
import { ChooseDialog, type ChooseDialogProps } from "./ChooseDialog";

export interface BelongingsProps<Item> {
  readonly title: string;
  readonly description: string;
  readonly items: readonly Item[] | undefined;
  readonly keyOf: (item: Item) => string;
  readonly columns: readonly TableProps.ColumnDefinition<Item>[];
  readonly add: ChooseDialogProps;
  /** How one is taken away; a text where it cannot be. */
  readonly remove: (item: Item) => Omit<AskedActProps<unknown>, "variant"> | string;
  readonly empty: ReactNode;
}

/** What belongs to a thing, such as a profile's members: shown, added to, and taken away from. */
export function Belongings<Item>({ title, description, items, keyOf, columns, add, remove, empty }: BelongingsProps<Item>) {
  return (
    <Table
      variant="container"
      items={items ?? []}
      trackBy={keyOf}
      loading={items === undefined}
      loadingText={common.loading}
      ariaLabels={{ tableLabel: title }}
      header={
        <Header
          variant="h2"
          description={description}
          counter={items === undefined ? "" : `(${items.length})`}
          actions={<ChooseDialog {...add} />}
        >
          {title}
        </Header>
      }
      columnDefinitions={[
        ...columns,
        {
          id: "remove",
          header: common.actions,
          cell: (item) => {
            const how = remove(item);
            return typeof how === "string" ? <Box color="text-body-secondary">{how}</Box> : <AskedAct variant="inline-link" {...how} />;
          },
        },
      ]}
      empty={<Box color="text-body-secondary">{empty}</Box>}
    />
  );
}
