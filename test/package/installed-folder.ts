/** An empty folder with the packed agent and packages of others in it, and what runs there. */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { root } from "../architecture/sources.ts";

const run = promisify(execFile);

/** The oldest Node that the agent runs on, as a package. */
const oldestNode = "node@22";

/** A folder that is filled. */
export interface InstalledFolder {
  readonly place: string;
  /** For data; nobody else's. */
  readonly home: string;
  /** The oldest Node. */
  readonly node: string;
  /** Nothing of the checkout is found by chance. */
  readonly environment: Readonly<Record<string, string>>;
  remove(): void;
}

/** Packs our packages and installs them beside `others`, from the registry. */
export async function installedFolder(others: readonly string[]): Promise<InstalledFolder> {
  const home = mkdtempSync(join(tmpdir(), "culvert-package-"));
  const [place, tarballs] = [join(home, "empty"), join(home, "tarballs")];
  mkdirSync(place);
  await run(process.execPath, [join(root, "deploy/npm/pack.mjs"), tarballs]);
  writeFileSync(join(place, "package.json"), '{"private":true,"type":"module","allowScripts":{"node":true}}');
  const environment = {
    PATH: [dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
    HOME: home,
    npm_config_fund: "false",
    npm_config_audit: "false",
  };
  const packed = readdirSync(tarballs).map((name) => join(tarballs, name));
  const words = ["install", "--silent", ...packed, oldestNode, ...others];
  await run("npm", words, { cwd: place, env: { ...process.env, ...environment } });
  return {
    ...{ place, home, environment },
    node: join(place, "node_modules", "node", "bin", "node"),
    remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }),
  };
}
