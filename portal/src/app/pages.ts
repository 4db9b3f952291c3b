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
