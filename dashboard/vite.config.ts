/**
 * The dashboard's build: hashed files in dist/, nothing inlined and nothing from other hosts, so that it runs under a
 * policy of `script-src 'self'`. Invariant: zod and its jitless switch share a chunk, which every schema imports.
 */
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const signaling = process.env.CULVERT_DEV_SIGNALING ?? "http://culvert.localhost:4000";

export default defineConfig({
  plugins: [react()],
  resolve: {
    alias: { tldts: fileURLToPath(new URL("../browser-client/src/core/public-suffixes.ts", import.meta.url)) },
  },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["chrome130", "firefox144", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: "zod", test: /node_modules[\\/]zod[\\/]|setup[\\/]zod-jitless/ }],
        },
      },
    },
  },
  worker: { format: "es" },
  server: { host: "127.0.0.1", proxy: { "/api": { target: signaling, changeOrigin: false } } },
});
