import type { Plugin, Rollup } from "vite";

/** What runs at once and asks who is there, while the rest is still on its way; and what fetches that rest. */
const BEFORE = [/\/src\/main\.tsx$/, /vite\/preload-helper/];
/** What the first page of an artist needs: the shell, and the page itself. */
const FIRST = "first";
const ROOTS = [/\/src\/app\/start\.tsx$/, /\/src\/pages\/sessions\/index\.tsx$/];

/**
 * Puts all that the first page needs into two chunks, for Rollup's `manualChunks`: what runs before everything else, and the
 * rest. Left to itself Rollup cuts it finer with each page that shares a part of it, whoever that page is for: more files,
 * each compressed worse. The first one has to be named too: Rollup moves what a named chunk imports into it.
 */
export function first(): Rollup.GetManualChunk {
  let chunks: Map<string, string> | null = null;
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
    chunks ??= new Map([
      ...[...reached(ROOTS)].map((each) => [each, FIRST] as const),
      ...[...reached(BEFORE)].map((each) => [each, "before"] as const),
    ]);
    return chunks.get(id) ?? null;
  };
}

/**
 * Says of that chunk that most of its functions are called at once: a browser that knows the remark compiles them while the
 * file arrives, beside the main thread, and not one by one as they are called. It is no part of the language and harms nobody.
 */
export function compiledAtOnce(): Plugin {
  return {
    name: "compiled-at-once",
    apply: "build",
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type === "chunk" && output.name === FIRST) output.code = `//# allFunctionsCalledOnLoad\n${output.code}`;
      }
    },
  };
}
