/** The version of an npm package that an app's script has installed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export function packageVersion(folder: string, name: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "node_modules", name, "package.json"), "utf8"));
  if (typeof manifest !== "object" || manifest === null || !("version" in manifest)) {
    throw new Error(`${name} in ${folder} tells no version.`);
  }
  return String(manifest.version);
}
