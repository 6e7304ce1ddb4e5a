/** The shim stands in front of every document of every app, so its size is held. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { expect, test } from "vitest";

const goalBytes = 12 * 1024;

test("the page shim is at most 12 KiB, as gzip sends it", { timeout: 60_000 }, async () => {
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: {
      ...{ write: false, minify: true, modulePreload: false, target: ["chrome120", "firefox128", "safari17"] },
      lib: {
        entry: fileURLToPath(new URL("../browser-client/src/shim/shim.ts", import.meta.url)),
        formats: ["iife"],
        name: "culvert",
      },
    },
  });
  const outputs = [built].flat().flatMap((each) => ("output" in each ? each.output : []));
  const code = outputs.map((output) => (output.type === "chunk" ? output.code : "")).join("");
  console.log(`shim.js: ${gzipSync(code).length} bytes of at most ${goalBytes}`);
  expect(code.length).toBeGreaterThan(10_000);
  expect(gzipSync(code).length).toBeLessThanOrEqual(goalBytes);
});
