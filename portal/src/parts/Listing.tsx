import Alert from "@cloudscape-design/components/alert";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import CollectionPreferences from "@cloudscape-design/components/collection-preferences";
import Header from "@cloudscape-design/components/header";
import Pagination from "@cloudscape-design/components/pagination";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Table from "@cloudscape-design/components/table";
import { type ReactNode, useMemo } from "react";
import { isForbidden } from "../api/errors";
import type { Answered } from "../api/gathering";
import { listing as words } from "../strings/administration/listing";
import { common } from "../strings/common";
import { ApiCall } from "./ApiCall";
import { ErrorPanel } from "./ErrorPanel";
import { ForAdministrators } from "./ForAdministrators";
import { Forbidden } from "./Forbidden";
import { SIZES, type View } from "./listing/address";
import { type Filter, Filters } from "./listing/Filters";
import type { Sortable } from "./listing/order";
import { useRows } from "./listing/useRows";
import { useView } from "./listing/useView";
import { useTitle } from "./useTitle";

/** One column. Its id stands in the address. */
export interface Column<Item> {
  readonly id: string;
  readonly header: string;
  readonly cell: (item: Item) => ReactNode;
  /** What it is sorted by; without, it is not sorted. */
  readonly sortedBy?: (item: Item) => Sortable;
  /** Whether it is shown only to those who ask for it. */
  readonly atFirstHidden?: boolean;
  /** Whether it is a name, and read out with each cell of its row. */
  readonly isRowHeader?: boolean;
  readonly minWidth?: number;
}

export interface ListingProps<Item> {
  readonly title: string;
  readonly description?: ReactNode;
  /** The key of its query; what begins with `SESSIONS` or `BACKUPS` is looked at again when one was changed. */
  readonly of: readonly string[];
  readonly idOf: (item: Item) => string;
  /** One page of the server's, narrowed by those of the filters that have no `keep`. */
  readonly read: (filters: View["filters"], nextToken: string | undefined, signal: AbortSignal) => Promise<Answered<Item>>;
  readonly columns: readonly Column<Item>[];
  readonly filters?: readonly Filter<Item>[];
  /** The command lines of what is asked, from api/commandLine. */
  readonly lines: (filters: View["filters"]) => readonly string[];
  /** What can be done here: buttons beside the title. */
  readonly actions?: ReactNode;
  /** What can be done with a row: a menu at its end. */
  readonly rowActions?: (item: Item) => ReactNode;
  /** What is shown where there is nothing at all: what it would be, and how it comes to be. */
  readonly empty: ReactNode;
  readonly isChanging?: (item: Item) => boolean;
  /** Whether long texts are shown whole, over several lines. */
  readonly wrapped?: boolean;
  /** False where each look costs something, and is to be asked for. */
  readonly polled?: boolean;
  /** False while something that the filters look at is still being read. */
  readonly ready?: boolean;
  /** Between the title's row and the table: errors of what was done with a row, say. */
  readonly children?: ReactNode;
}

/** A page that lists many things of the server: narrowed, sorted, in chosen columns, all of which its address keeps. */
export function Listing<Item>(props: ListingProps<Item>) {
  const { title, description, of, idOf, read, columns, filters = [], lines, actions, rowActions, empty } = props;
  useTitle(title);
  const names = `${filters.map(({ id }) => id).join()};${columns.map(({ id }) => id).join()}`;
  const known = useMemo(
    () => ({ filters: filters.map(({ id }) => id), columns: columns.map(({ id }) => id) }),
    // The filters and columns are made anew at each drawing; their names say whether they are others.
    [names],
  );
  const [view, change] = useView(known);
  const keep = (item: Item) =>
    filters.every(({ id, keep: lets }) => {
      const value = view.filters[id];
      return value === undefined || lets === undefined || lets(item, value);
    });
  const sortedBy = columns.find(({ id }) => id === view.order?.column)?.sortedBy ?? null;
  const rows = useRows({ of, read, keep, isChanging: props.isChanging, polled: props.polled ?? true, enabled: props.ready ?? true }, view, sortedBy);
  const visible = view.columns ?? columns.filter((column) => column.atFirstHidden !== true).map(({ id }) => id);
  const narrowed = Object.keys(view.filters).length > 0;
  const found = words.looked(rows.known, rows.looked);
  if (isForbidden(rows.error)) return <Forbidden error={rows.error} title={title} />;
  const definitions = [
    ...columns.map(({ id, header, cell, sortedBy: by, isRowHeader = false, minWidth }) => ({
      id,
      header,
      cell,
      isRowHeader,
      ...(by === undefined ? {} : { sortingField: id }),
      ...(minWidth === undefined ? {} : { minWidth }),
    })),
    ...(rowActions === undefined ? [] : [{ id: ACTIONS, header: words.actions, cell: rowActions, minWidth: 80 }]),
  ];
  return (
    <SpaceBetween size="s">
      {(actions !== undefined || rowActions !== undefined) && <ForAdministrators />}
      {props.children}
      {rows.known > 0 && <ErrorPanel error={rows.error} again={rows.refresh} />}
      <Table
        variant="full-page"
        stickyHeader
        wrapLines={props.wrapped ?? false}
        items={rows.shown}
        trackBy={idOf}
        columnDefinitions={definitions}
        columnDisplay={[
          ...[...visible, ...known.columns.filter((id) => !visible.includes(id))].map((id) => ({ id, visible: visible.includes(id) })),
          ...(rowActions === undefined ? [] : [{ id: ACTIONS, visible: true }]),
        ]}
        {...(view.order === null ? {} : { sortingColumn: { sortingField: view.order.column } })}
        sortingDescending={view.order?.descending ?? false}
        onSortingChange={({ detail }) =>
          change({ order: { column: detail.sortingColumn.sortingField ?? "", descending: detail.isDescending ?? false } })
        }
        loading={rows.error === null && rows.shown.length === 0 && (rows.pending || rows.reading)}
        loadingText={rows.looked === 0 ? common.loading : words.reading(rows.looked)}
        renderAriaLive={({ firstIndex, lastIndex }) => `${firstIndex} - ${lastIndex}`}
        ariaLabels={{ tableLabel: title }}
        header={
          <Header
            variant="awsui-h1-sticky"
            counter={rows.pending ? "" : words.count(rows.known, rows.more)}
            {...(description === undefined ? {} : { description })}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button iconName="refresh" ariaLabel={words.refresh} loading={rows.reading} onClick={rows.refresh} />
                <ApiCall lines={lines(view.filters)} />
                {actions}
              </SpaceBetween>
            }
          >
            {title}
          </Header>
        }
        filter={
          <SpaceBetween size="xs">
            {filters.length > 0 && <Filters filters={filters} view={view} change={change} found={found} />}
            {rows.reading && rows.looked > 0 && <Box color="text-body-secondary">{words.reading(rows.looked)}</Box>}
            {rows.further !== null && (
              <Alert type="info" action={<Button onClick={rows.further}>{words.further}</Button>}>
                {words.partly(rows.looked)}
              </Alert>
            )}
          </SpaceBetween>
        }
        pagination={
          <Pagination
            currentPageIndex={view.page}
            pagesCount={Math.max(1, Math.ceil(rows.known / view.size), view.page)}
            openEnd={rows.more}
            ariaLabels={{ previousPageLabel: words.previous, nextPageLabel: words.next, pageLabel: words.page }}
            onChange={({ detail }) => change({ page: detail.currentPageIndex })}
            onNextPageClick={({ detail }) => {
              if (!detail.requestedPageAvailable) change({ page: detail.requestedPageIndex });
            }}
          />
        }
        preferences={<Preferences columns={columns} visible={visible} size={view.size} change={change} />}
        empty={
          rows.error !== null ? (
            <ErrorPanel error={rows.error} again={rows.refresh} />
          ) : narrowed ? (
            <Empty title={words.noMatch}>{words.noMatchText}</Empty>
          ) : (
            empty
          )
        }
      />
    </SpaceBetween>
  );
}

const ACTIONS = "actions";

interface PreferencesProps<Item> {
  readonly columns: readonly Column<Item>[];
  readonly visible: readonly string[];
  readonly size: number;
  readonly change: (change: Partial<View>) => void;
}

function Preferences<Item>({ columns, visible, size, change }: PreferencesProps<Item>) {
  const inOrder = [...visible, ...columns.map(({ id }) => id).filter((id) => !visible.includes(id))];
  return (
    <CollectionPreferences
      title={words.preferences}
      confirmLabel={words.confirm}
      cancelLabel={common.cancel}
      preferences={{ pageSize: size, contentDisplay: inOrder.map((id) => ({ id, visible: visible.includes(id) })) }}
      pageSizePreference={{ title: words.pageSize, options: SIZES.map((value) => ({ value, label: words.rows(value) })) }}
      contentDisplayPreference={{
        title: words.columns,
        description: words.columnsText,
        options: columns.map(({ id, header, isRowHeader = false }) => ({ id, label: header, alwaysVisible: isRowHeader })),
      }}
      onConfirm={({ detail }) => {
        const chosen = (detail.contentDisplay ?? []).filter((each) => each.visible).map(({ id }) => id);
        const atFirst = columns.filter((column) => column.atFirstHidden !== true).map(({ id }) => id);
        change({ columns: chosen.join() === atFirst.join() ? null : chosen, size: detail.pageSize ?? size });
      }}
    />
  );
}

/** What stands where a listing has no row. */
export function Empty({ title, children, action }: { readonly title: string; readonly children: ReactNode; readonly action?: ReactNode }) {
  return (
    <Box textAlign="center" padding={{ vertical: "l" }}>
      <SpaceBetween size="s">
        <Box variant="h2" padding="n">
          {title}
        </Box>
        <Box color="text-body-secondary">{children}</Box>
        {action}
      </SpaceBetween>
    </Box>
  );
}
