/** Scripts for pages that tests make themselves. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { build } from "vite";

/** The one-file build that simple-peer publishes for pages without a bundler. */
export function simplePeerScript(): string {
  return createRequire(import.meta.url).resolve("simple-peer/simplepeer.min.js");
}

/** A source file with all that it imports, as one module script. */
export async function bundled(entry: URL): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: "warn",
    build: {
      write: false,
      minify: false,
      lib: { entry: fileURLToPath(entry), formats: ["es"], fileName: "page" },
    },
  });
  const outputs = (Array.isArray(result) ? result : [result]).flatMap((each) => ("output" in each ? each.output : []));
  const main = outputs.find((output) => output.type === "chunk" && output.isEntry);
  if (main?.type !== "chunk") throw new Error("the page's script was not built");
  return main.code;
}
