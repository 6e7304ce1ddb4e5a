/**
 * Whether node_modules holds what package-lock.json asks for, read from npm's own record of the last install.
 * Invariant: runs on Node 20 with nothing installed.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {{ version?: string, link?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} LockFile
 */

/**
 * Why `npm ci` is needed, in words; undefined where node_modules agrees with package-lock.json. Optional packages of
 * other platforms may be absent.
 * @param {string} root the repository's folder
 * @returns {string | undefined}
 */
export function installationFault(root) {
  const wanted = readLockFile(join(root, "package-lock.json"));
  if (wanted === undefined) throw new Error(`${root} has no readable package-lock.json: clone the repository again.`);
  const installed = readLockFile(join(root, "node_modules", ".package-lock.json"));
  if (installed === undefined) return "nothing is installed yet";
  for (const [place, { version, link, optional, devOptional }] of Object.entries(wanted)) {
    if (!place.includes("node_modules/") || link === true) continue;
    const found = installed[place];
    if (found === undefined && (optional === true || devOptional === true)) continue;
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    if (found === undefined) return `${name} ${version ?? ""} is not installed`;
    if (found.version !== version)
      return `${name} is ${found.version ?? "?"}, package-lock.json asks for ${version ?? "?"}`;
  }
  return undefined;
}

/**
 * @param {string} path
 * @returns {Record<string, LockedPackage> | undefined}
 */
function readLockFile(path) {
  try {
    /** @type {LockFile} */
    const lockFile = JSON.parse(readFileSync(path, "utf8"));
    return lockFile.packages;
  } catch {
    return undefined;
  }
}
