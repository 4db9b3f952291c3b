import { type ComponentType, lazy } from "react";
import { matchPath } from "react-router";
import { areas } from "../areas";
import type { Page } from "./area";

/** Every page of every area. */
export const pages: readonly Page[] = areas.flatMap((area) => area.pages);

/** The page at an address; undefined where there is none. */
export function pageAt(pathname: string): Page | undefined {
  const fits = pages.filter(({ path }) => matchPath(`/${path}`, pathname) !== null);
  // A page of its own goes before one whose address has a part that may be anything.
  return fits.find(({ path }) => !path.includes(":")) ?? fits[0];
}

const contents = new Map<Page, ComponentType>();

/** What is shown of a page: at once where its code has come before, else when it has. */
export function contentOf(page: Page): ComponentType {
  let content = contents.get(page);
  if (content === undefined) contents.set(page, (content = lazy(page.load)));
  return content;
}

/** Fetches the code of a page, so that it is there when the page is shown. Raises what a failed fetch raises. */
export async function prepare(page: Page): Promise<void> {
  contents.set(page, (await page.load()).default);
}
