import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Plugin, ResolvedConfig } from "vite";

const COMPRESSIBLE = /\.(js|css|html|svg|json|webmanifest)$/;
/** Bytes below which a compressed form saves no packet. */
const LEAST = 1024;

const brotli = promisify(brotliCompress);
const gzipped = promisify(gzip);

/** Writes each file's compressed forms beside it, so that the server compresses nothing while it serves. */
export function compressed(): Plugin {
  let config: ResolvedConfig;
  return {
    name: "compressed",
    apply: "build",
    configResolved(resolved) {
      config = resolved;
    },
    async closeBundle() {
      const folder = join(config.root, config.build.outDir);
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
        if (!entry.isFile() || !COMPRESSIBLE.test(entry.name)) continue;
        const path = join(entry.parentPath ?? entry.path, entry.name);
        const content = await readFile(path);
        if (content.length < LEAST) continue;
        const best = { params: { [constants.BROTLI_PARAM_QUALITY]: 10, [constants.BROTLI_PARAM_SIZE_HINT]: content.length } };
        await Promise.all([
          writeFile(`${path}.br`, await brotli(content, best)),
          writeFile(`${path}.gz`, await gzipped(content, { level: 9 })),
        ]);
      }
    },
  };
}
