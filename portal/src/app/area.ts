import type { ComponentType } from "react";

/** One page: where it is, and how its code is fetched when somebody goes there. */
export interface Page {
  /** React Router's pattern, without the leading slash; "" is the first page. */
  readonly path: string;
  readonly load: () => Promise<{ default: ComponentType }>;
  /** Whether it wants the window for itself, without navigation and margins: a desktop does. */
  readonly wide?: boolean;
}

export interface Link {
  readonly text: string;
  /** With the leading slash. */
  readonly href: string;
}

/** What one kind of people sees: its pages and its part of the navigation. Another area is another file of this form. */
export interface Area {
  /** Heading in the navigation; "" for none. */
  readonly title: string;
  /** Whether a person of this persona sees its navigation. What they may do is the server's to decide. */
  readonly isFor: (persona: string) => boolean;
  readonly navigation: readonly Link[];
  readonly pages: readonly Page[];
}
