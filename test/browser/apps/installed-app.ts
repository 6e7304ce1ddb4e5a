/**
 * Apps lie outside the checkout, in `CULVERT_APPS_FOLDER` or the user's cache, each in a folder of its own that its
 * `install.sh` fills. Invariant: an app is installed anew when its script has changed, and never counts as installed
 * where the script failed.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";

const markFile = ".installed";

/** The folder of an app, installed there first where it is missing. `say` is told what takes time. */
export function installedApp(name: string, say: (line: string) => void): string {
  const script = join(import.meta.dirname, name, "install.sh");
  const digest = createHash("sha256").update(readFileSync(script)).digest("hex");
  const folder = join(appsFolder(), name);
  const mark = join(folder, markFile);
  if (existsSync(mark) && readFileSync(mark, "utf8") === digest) return folder;
  say(`Installing ${name} in ${folder}`);
  mkdirSync(folder, { recursive: true });
  const { status, error } = spawnSync("bash", [script], { cwd: folder, stdio: "inherit", env: installEnvironment() });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${script} ended with exit code ${status}; its own words are above.`);
  writeFileSync(mark, digest);
  return folder;
}

/** The environment of an app's process: the Node that runs this comes first, whatever else the machine has. */
export function appEnvironment(): Record<string, string> {
  const { PATH = "", ...rest } = process.env;
  const own = Object.entries(rest).filter(([name]) => !/^(npm_|NODE_OPTIONS|NODE_ENV|VITEST|CULVERT_)/.test(name));
  const present = own.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
  return { ...Object.fromEntries(present), PATH: `${dirname(process.execPath)}${delimiter}${PATH}` };
}

function appsFolder(): string {
  const { CULVERT_APPS_FOLDER: chosen = "", XDG_CACHE_HOME: cache = "" } = process.env;
  if (chosen !== "") return chosen;
  return join(cache === "" ? join(homedir(), ".cache") : cache, "culvert-real-apps");
}

/** Modules that are compiled need the headers of this very Node; npm's package of Node brings them beside it. */
function installEnvironment(): Record<string, string> {
  const packaged = join(dirname(process.execPath), "..");
  const bundled = join(packaged, "node_modules", `node-${process.platform}-${process.arch}`);
  const headers = [packaged, bundled].find((folder) => existsSync(join(folder, "include", "node", "node.h")));
  const quiet = { npm_config_fund: "false", npm_config_audit: "false", npm_config_update_notifier: "false" };
  return { ...appEnvironment(), ...quiet, ...(headers === undefined ? {} : { npm_config_nodedir: headers }) };
}
