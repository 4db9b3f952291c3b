import { useEffect, useState } from "react";
import { areas } from "../areas";
import type { Section } from "./area";

/** The navigation of a person of this persona; parts that are fetched come when they are there. */
export function useSections(persona: string): readonly Section[] {
  const [fetched, setFetched] = useState<ReadonlyMap<unknown, readonly Section[]>>(new Map());
  useEffect(() => {
    for (const { isFor, navigation } of areas) {
      if (typeof navigation !== "function" || !isFor(persona)) continue;
      // Where it cannot be fetched the pages are still found by their addresses, and the next load tries again.
      void navigation().then((sections) => setFetched((known) => new Map(known).set(navigation, sections)), () => undefined);
    }
  }, [persona]);
  return areas
    .filter((area) => area.isFor(persona))
    .flatMap(({ navigation }) => (typeof navigation === "function" ? (fetched.get(navigation) ?? []) : navigation));
}

/** The entry that a path lies below. */
export function activeHref(sections: readonly Section[], pathname: string): string {
  const hrefs = sections.flatMap((section) => section.links.map((link) => link.href));
  const above = hrefs.filter((href) => pathname === href || (href !== "/" && pathname.startsWith(`${href}/`)));
  return above.sort((one, other) => other.length - one.length)[0] ?? "/";
}
