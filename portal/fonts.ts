import { createHash } from "node:crypto";
import type { Plugin } from "vite";

const WRITTEN_IN = /url\((["']?)data:font\/woff2;base64,([A-Za-z0-9+/=]+)\1\)/g;

/** Takes fonts that a stylesheet carries within itself out into files: a browser fetches those that a page needs alone. */
export function fonts(): Plugin {
  return {
    name: "fonts",
    apply: "build",
    generateBundle(_options, bundle) {
      for (const output of Object.values(bundle)) {
        if (output.type !== "asset" || !output.fileName.endsWith(".css")) continue;
        const style = typeof output.source === "string" ? output.source : new TextDecoder().decode(output.source);
        output.source = style.replace(WRITTEN_IN, (_match, _quote, text: string) => {
          const source = Buffer.from(text, "base64");
          const hash = createHash("sha256").update(source).digest("hex").slice(0, 8);
          const fileName = `assets/font-${hash}.woff2`;
          this.emitFile({ type: "asset", fileName, source });
          return `url(/${fileName})`;
        });
      }
    },
  };
}
