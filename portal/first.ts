import type { Rollup } from "vite";

/** What the first page of an artist needs: the shell, and the page itself. */
const ROOTS = [/\/src\/main\.tsx$/, /\/src\/pages\/sessions\/index\.tsx$/];
const CHUNK = "first";

/**
 * Puts all that the first page needs into one chunk, for Rollup's `manualChunks`. Left to itself Rollup cuts it finer with
 * each page that shares a part of it, whoever that page is for: more files, each compressed worse.
 */
export function first(): Rollup.GetManualChunk {
  let needed: Set<string> | null = null;
  return (id, { getModuleIds, getModuleInfo }) => {
    if (needed === null) {
      needed = new Set();
      const open = [...getModuleIds()].filter((each) => ROOTS.some((root) => root.test(each)));
      for (let each = open.pop(); each !== undefined; each = open.pop()) {
        if (needed.has(each)) continue;
        needed.add(each);
        open.push(...(getModuleInfo(each)?.importedIds ?? []));
      }
    }
    return needed.has(id) ? CHUNK : null;
  };
}
