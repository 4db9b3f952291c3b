import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { compressed } from "./compressed";
import { first } from "./first";
import { fonts } from "./fonts";

/** A running `greenroom serve`, for `npm run dev`. */
const SERVER = "http://127.0.0.1:8420";
const SERVED_BY_IT = ["/2020-08-01", "/greenroom", "/auth", "/streams", "/healthz", "/openapi.json"];

export default defineConfig({
  plugins: [react(), fonts(), compressed()],
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
  test: { environment: "node", include: ["src/**/*.test.ts"], pool: "threads", isolate: false, poolOptions: { threads: { singleThread: true } } },
});
