import type { ReactNode } from "react";
import "./administration.css";

/** What a row of a table has room for: a text of any length keeps to its column and to a few lines; its page has the whole. */
export function Brief({ children }: { readonly children: ReactNode }) {
  return <div className="brief">{children}</div>;
}
