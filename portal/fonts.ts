import { createHash } from "node:crypto";
import type { HtmlTagDescriptor, Plugin } from "vite";

/** The weights and style that every page of the portal has text in. */
const EVERYWHERE = /font-weight:(400|700);font-style:normal;/;
const FACE = /@font-face{[^}]*}/g;
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
        // Until one is there, text is seen in the next best font.
        output.source = output.source.replace(FACE, (face) => face.replace("{", "{font-display:swap;"));
      }
    },
    // They come with the scripts then, and not when the first text is drawn, which would be drawn twice.
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {} }) {
        const styles = Object.values(bundle).flatMap((output) => (output.type === "asset" && output.fileName.endsWith(".css") ? [String(output.source)] : []));
        const faces = new Set(styles.flatMap((style) => style.match(FACE) ?? []).filter((face) => EVERYWHERE.test(face)));
        const names = new Set([...faces].map((face) => /url\((\/assets\/font-\w+\.woff2)\)/.exec(face)?.[1]));
        if (names.size !== 2 || names.has(undefined)) throw new Error("The styles do not have the two fonts that every page has text in.");
        return [...names].map((href): HtmlTagDescriptor => ({ tag: "link", injectTo: "head", attrs: { rel: "preload", as: "font", type: "font/woff2", crossorigin: true, href } }));
      },
    },
  };
}
