import type { HtmlTagDescriptor, Plugin } from "vite";

/** What main.tsx asks for at once. */
const NEXT = "src/app/start.tsx";

/** Tells the browser in the page itself of the code that the first script will ask for, so that both come together. */
export function preloads(): Plugin {
  return {
    name: "preloads",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {} }) {
        const tags: HtmlTagDescriptor[] = [];
        for (const output of Object.values(bundle)) {
          if (output.type !== "chunk" || !output.moduleIds.some((id) => id.endsWith(NEXT))) continue;
          const styles = [...(output.viteMetadata?.importedCss ?? [])];
          for (const name of [output.fileName, ...output.imports]) {
            tags.push({ tag: "link", injectTo: "head" as const, attrs: { rel: "modulepreload", crossorigin: true, href: `/${name}` } });
          }
          tags.push(...styles.map((name) => ({ tag: "link", injectTo: "head" as const, attrs: { rel: "stylesheet", crossorigin: true, href: `/${name}` } })));
        }
        if (tags.length === 0) throw new Error(`No part of the build begins with ${NEXT}.`);
        return tags;
      },
    },
  };
}
