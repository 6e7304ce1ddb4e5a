/**
 * Which Node an npm script of this repository gets, and what to do where it is too old. npm puts node_modules/.bin
 * first on the PATH, so the `node` dev dependency wins over the system's Node wherever its install script ran.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** The first version that runs TypeScript sources without a flag and without a warning. */
const minimum = [22, 18];

/**
 * The program behind node_modules/.bin/node where it is there, else the one that runs this.
 * @param {string} root the repository's folder
 */
export function scriptNode(root) {
  const name = process.platform === "win32" ? "node.exe" : "node";
  const bundled = join(root, "node_modules", "node", "bin", name);
  return existsSync(bundled) ? bundled : process.execPath;
}

/**
 * What a person has to do before the npm scripts can run; undefined where their Node is new enough.
 * @param {string} root the repository's folder
 * @returns {string | undefined}
 */
export function runtimeFault(root) {
  const node = scriptNode(root);
  const version = versionOf(node);
  if (version !== undefined && isNewEnough(version)) return undefined;
  const seen = version === undefined ? `${node} does not run` : `${node} is Node ${version}`;
  return [
    `Culvert runs on Node ${minimum.join(".")} or newer, but ${seen}.`,
    "npm brings Node 24 as the package `node`, whose install script fetches the program. It did not run, most likely",
    "because install scripts are switched off (npm config get ignore-scripts). Either let this one run:",
    "",
    "  npm rebuild node --ignore-scripts=false",
    "",
    "or install Node 24 yourself (https://nodejs.org), then run the command again.",
  ].join("\n");
}

/**
 * @param {string} version as in `24.21.0`
 */
export function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [leastMajor = 0, leastMinor = 0] = minimum;
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

/**
 * @param {string} node
 * @returns {string | undefined} as in `24.21.0`
 */
function versionOf(node) {
  if (node === process.execPath) return process.versions.node;
  try {
    return execFileSync(node, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })
      .trim()
      .replace(/^v/, "");
  } catch {
    return undefined;
  }
}
