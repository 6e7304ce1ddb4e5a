/** The page's build: hashed files in dist/, nothing inlined and nothing from other hosts: its policy is `script-src 'self'`. */
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["chrome130", "firefox144", "safari17.5"],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
