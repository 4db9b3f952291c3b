import { policy as words } from "../strings/administration/policy";
import type { Complaints } from "./complaints";
import type { Draft, Path } from "./draft";

/** Whether a text is JSON at all, which a person wants to know before the server is asked; what it means is the server's to say. */
export function jsonComplaints(draft: Draft, path: Path): Complaints {
  const text = draft[path];
  if (typeof text !== "string" || text.trim() === "") return new Map();
  try {
    JSON.parse(text);
    return new Map();
  } catch (error) {
    return new Map([[path, words.notJson(error instanceof Error ? error.message : String(error))]]);
  }
}

/** JSON with a line for each thing; a text that is none as it is. */
export function legible(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
