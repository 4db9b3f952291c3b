import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compressed } from "./compressed";
import { compiledAtOnce, first } from "./first";
import { fonts } from "./fonts";
import { preloads } from "./preloads";

/** A running `greenroom serve`, for `npm run dev`. */
const SERVER = "http://127.0.0.1:8420";
const SERVED_BY_IT = ["/2020-08-01", "/greenroom", "/auth", "/streams", "/healthz", "/openapi.json"];

const standIn = (name: string) => fileURLToPath(new URL(`src/leaner/${name}.ts`, import.meta.url));

export default defineConfig({
  plugins: [react(), fonts(), compiledAtOnce(), preloads(), compressed()],
  // What packages bring along and no page of ours uses; each stand-in says why.
  resolve: {
    alias: [
      { find: /^bowser$/, replacement: standIn("bowser") },
      { find: /^@aws-crypto\/sha256-browser$/, replacement: standIn("sha256") },
      // Cloudscape's messages come as they are after parsing; as FormatJS says, who has only such needs no parser.
      { find: /^@formatjs\/icu-messageformat-parser$/, replacement: "@formatjs/icu-messageformat-parser/no-parser" },
    ],
  },
  build: {
    target: "es2022",
    // The content security policy takes no data: in scripts and fonts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1300,
    rollupOptions: { output: { manualChunks: first() } },
  },
  // Host and Origin stay as the browser sent them, because requests are signed for them.
  server: { proxy: Object.fromEntries(SERVED_BY_IT.map((path) => [path, { target: SERVER, ws: true, changeOrigin: false }])) },
  test: { environment: "node", include: ["src/**/*.test.ts"], pool: "threads", isolate: false, css: true, poolOptions: { threads: { singleThread: true } } },
});
