import type { HtmlTagDescriptor, Plugin } from "vite";

/** What main.tsx asks for at once. */
const NEXT = "src/app/start.tsx";
const ENTRY = /<script type="module" crossorigin (src="[^"]+")><\/script>\s*/;

/**
 * Tells the browser in the page itself of the code that the first script will ask for, so that both come together; and has
 * the first script run as soon as it is there, whatever else, styles above all, is still on its way.
 */
export function preloads(): Plugin {
  return {
    name: "preloads",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(html, { bundle = {} }) {
        const chunks = Object.values(bundle).filter((output) => output.type === "chunk");
        const next = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(NEXT)));
        const entry = ENTRY.exec(html)?.[1];
        if (next === undefined) throw new Error(`No part of the build begins with ${NEXT}.`);
        if (entry === undefined) throw new Error("index.html has no first script.");
        const tags = [next.fileName, ...next.imports]
          .filter((name) => !entry.includes(name))
          .map((name): HtmlTagDescriptor => ({ tag: "link", injectTo: "head", attrs: { rel: "modulepreload", crossorigin: true, href: `/${name}` } }));
        const styles = [...(next.viteMetadata?.importedCss ?? [])]
          .map((name): HtmlTagDescriptor => ({ tag: "link", injectTo: "head", attrs: { rel: "stylesheet", crossorigin: true, href: `/${name}` } }));
        return { html: html.replace(ENTRY, `<script type="module" async crossorigin ${entry}></script>\n    `), tags: [...tags, ...styles] };
      },
    },
  };
}
