/**
 * Builds what an app origin serves under `/.culvert/`: sw.js, the shims, courier and boot, each one file without imports.
 * `node build.ts`; the origin server fills the placeholders of the two documents.
 */
import { cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "vite";

const here = dirname(fileURLToPath(import.meta.url));
const output = join(here, "dist", "app-origin");

/** The shim stands in front of every document of every app. */
const shimGoalBytes = 12 * 1024;

/** File name → source, in this order: the service worker holds the shim of workers, to put it before their scripts. */
const scripts = {
  "shim.js": "src/shim/shim.ts",
  "worker-shim.js": "src/shim/worker-shim.ts",
  "sw.js": "src/service-worker/service-worker.ts",
  "courier.js": "src/courier/courier.ts",
  "boot.js": "src/boot/boot.ts",
} as const;

const documents = ["src/courier/courier.html", "src/boot/boot.html"] as const;

await rm(output, { recursive: true, force: true });
await mkdir(output, { recursive: true });
for (const path of documents) await cp(join(here, path), join(output, path.slice(path.lastIndexOf("/") + 1)));
let workerShim = "";
for (const [name, entry] of Object.entries(scripts)) {
  const code = await bundle(join(here, entry));
  await writeFile(join(output, name), code);
  if (name === "worker-shim.js") workerShim = oneLine(code);
  const gzipBytes = gzipSync(code).length;
  console.log(`${name.padEnd(14)} ${kib(code.length)} KiB, gzip ${kib(gzipBytes)} KiB`);
  if (name === "shim.js" && gzipBytes > shimGoalBytes)
    console.warn(`shim.js is over its goal of ${shimGoalBytes} bytes: ${gzipBytes}.`);
}

/** One entry as a classic script with everything inside. */
async function bundle(entry: string): Promise<string> {
  const result = await build({
    root: here,
    configFile: false,
    logLevel: "warn",
    publicDir: false,
    define: { culvertShim: JSON.stringify(workerShim) },
    build: {
      write: false,
      target: ["chrome120", "firefox128", "safari17"],
      minify: true,
      modulePreload: false,
      lib: { entry, formats: ["iife"], name: "culvert", fileName: "script" },
    },
  });
  const outputs = Array.isArray(result)
    ? result.flatMap((each) => each.output)
    : "output" in result
      ? result.output
      : [];
  const [chunk, ...others] = outputs;
  if (chunk?.type !== "chunk" || others.length > 0) throw new Error(`${entry} did not become one file.`);
  return chunk.code;
}

/** A script as it stands before the first line of another: in ASCII, without a line break of its own. */
function oneLine(code: string): string {
  const line = code.trim().replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  if (line.includes("\n"))
    throw new Error("worker-shim.js has a line break inside; it goes before the first line of scripts.");
  return line;
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}
