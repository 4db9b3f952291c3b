import { useEffect, useState } from "react";
import { areas } from "../areas";
import type { Area, Section } from "./area";

type Fetched = ReadonlyMap<Area, readonly Section[]>;

const isFetched = ({ navigation }: Area) => typeof navigation === "function";
let prepared: Fetched = new Map();

/** Fetches the parts of the navigation that are fetched for a person of this persona, so that they are there when it is shown. */
export async function prepareSections(persona: string): Promise<void> {
  const wanted = areas.filter((area) => area.isFor(persona) && isFetched(area) && !prepared.has(area));
  const found = await Promise.all(wanted.map(async (area) => [area, await sectionsOf(area)] as const));
  prepared = new Map([...prepared, ...found]);
}

const sectionsOf = ({ navigation }: Area) => (typeof navigation === "function" ? navigation() : navigation);

/** The navigation of a person of this persona; parts that were not prepared come when they are there. */
export function useSections(persona: string): readonly Section[] {
  const [fetched, setFetched] = useState(prepared);
  useEffect(() => {
    // Where it cannot be fetched the pages are still found by their addresses, and the next load tries again.
    void prepareSections(persona).then(() => setFetched(prepared), () => undefined);
  }, [persona]);
  return areas
    .filter((area) => area.isFor(persona))
    .flatMap((area) => (typeof area.navigation === "function" ? (fetched.get(area) ?? []) : area.navigation));
}

/** The entry that a path lies below. */
export function activeHref(sections: readonly Section[], pathname: string): string {
  const hrefs = sections.flatMap((section) => section.links.map((link) => link.href));
  const above = hrefs.filter((href) => pathname === href || (href !== "/" && pathname.startsWith(`${href}/`)));
  return above.sort((one, other) => other.length - one.length)[0] ?? "/";
}
