import type { Rollup } from "vite";

/** What the first page of an artist needs: the shell, and the page itself. */
const ROOTS = [/\/src\/app\/start\.tsx$/, /\/src\/pages\/sessions\/index\.tsx$/];
/** What runs before it, and stays small. */
const BEFORE = [/\/src\/main\.tsx$/];
const CHUNK = "first";

/**
 * Puts all that the first page needs into one chunk, for Rollup's `manualChunks`. Left to itself Rollup cuts it finer with
 * each page that shares a part of it, whoever that page is for: more files, each compressed worse.
 */
export function first(): Rollup.GetManualChunk {
  let needed: Set<string> | null = null;
  return (id, { getModuleIds, getModuleInfo }) => {
    const reached = (roots: readonly RegExp[]) => {
      const found = new Set<string>();
      const open = [...getModuleIds()].filter((each) => roots.some((root) => root.test(each)));
      for (let each = open.pop(); each !== undefined; each = open.pop()) {
        if (found.has(each)) continue;
        found.add(each);
        open.push(...(getModuleInfo(each)?.importedIds ?? []));
      }
      return found;
    };
    if (needed === null) {
      needed = reached(ROOTS);
      for (const each of reached(BEFORE)) needed.delete(each);
    }
    return needed.has(id) ? CHUNK : null;
  };
}
