/** One page of a listing as the server gives it. */
export interface Answered<Item> {
  readonly items: readonly Item[];
  readonly nextToken?: string | undefined;
}

/** What was found; `nextToken` where there is more to look through. */
export interface Gathered<Item> extends Answered<Item> {
  /** How many were looked at, with those that were not kept. */
  readonly looked: number;
}

/** Pages that are read for one that is shown, so that a rare state does not read a whole studio at once. */
const MOST_PAGES = 10;

/** Read on until `wanted` items are kept, for what the server has no filter for; after some pages what there is has to do. */
export async function gather<Item>(
  ask: (nextToken: string | undefined) => Promise<Answered<Item>>,
  keep: (item: Item) => boolean,
  wanted: number,
  from?: string,
): Promise<Gathered<Item>> {
  const items: Item[] = [];
  let looked = 0;
  let nextToken = from;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await ask(nextToken);
    looked += answer.items.length;
    items.push(...answer.items.filter(keep));
    nextToken = answer.nextToken;
    if (nextToken === undefined || items.length >= wanted) break;
  }
  return { items, looked, nextToken };
}
