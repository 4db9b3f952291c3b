import type { QueryClient } from "@tanstack/react-query";
import type { ComponentType } from "react";
import type { Identity } from "../identity/identity";

/** One page: where it is, and how its code is fetched when somebody goes there. */
export interface Page {
  /** React Router's pattern, without the leading slash; "" is the first page. */
  readonly path: string;
  readonly load: () => Promise<{ default: ComponentType }>;
  /** Begins to read what the page shows at once, for a browser that opens it: before there is anything of it. */
  readonly read?: (queries: QueryClient, who: Identity) => readonly Promise<unknown>[];
  /** Whether it wants the window for itself, without navigation and margins: a desktop does. */
  readonly wide?: boolean;
}

export interface Link {
  readonly text: string;
  /** With the leading slash. */
  readonly href: string;
}

/** A part of the navigation. */
export interface Section {
  /** Its heading; "" for none. */
  readonly title: string;
  readonly links: readonly Link[];
}

/** What one kind of people sees: its pages and its part of the navigation. Another area is another file of this form. */
export interface Area {
  /** Whether a person of this persona sees its navigation. What they may do is the server's to decide. */
  readonly isFor: (persona: string) => boolean;
  /** Its part of the navigation; a function fetches it, for those alone who are to see it. */
  readonly navigation: readonly Section[] | (() => Promise<readonly Section[]>);
  readonly pages: readonly Page[];
}
