/**
 * The browser parts that have a build, what each is made of, and whether its dist is of these very sources.
 * Invariant: a build's stamp is written after the build, so a build that broke off counts as none.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Folders and files whose bytes make a build, beside the lock file. Tests and type checks do not. */
export const builds = /** @type {const} */ ([
  {
    workspace: "browser-client",
    sources: ["browser-client/src", "browser-client/build.ts", "browser-client/package.json", "protocol/src"],
  },
  {
    workspace: "dashboard",
    sources: [
      "dashboard/src",
      "dashboard/public",
      "dashboard/index.html",
      "dashboard/vite.config.ts",
      "dashboard/package.json",
      "browser-client/src",
      "protocol/src",
    ],
  },
  {
    workspace: "terminal",
    sources: [
      "terminal/src/page",
      "terminal/src/link",
      "terminal/src/names",
      "terminal/src/limits.ts",
      "terminal/index.html",
      "terminal/vite.config.ts",
      "terminal/package.json",
    ],
  },
]);

/** @typedef {(typeof builds)[number]} Build */

/**
 * True where dist was made of the sources as they are now.
 * @param {string} root the repository's folder
 * @param {Build} build
 */
export function isBuilt(root, build) {
  try {
    return readFileSync(stampPath(root, build), "utf8") === sourceHash(root, build);
  } catch {
    return false;
  }
}

/**
 * Notes the sources that dist was just made of. `hash`: of the sources before the build, so that an edit during it
 * counts as a change.
 * @param {string} root the repository's folder
 * @param {Build} build
 * @param {string} hash
 */
export function markBuilt(root, build, hash) {
  writeFileSync(stampPath(root, build), hash);
}

/**
 * SHA-256 over names and contents of a build's sources.
 * @param {string} root the repository's folder
 * @param {Build} build
 */
export function sourceHash(root, build) {
  const hash = createHash("sha256").update(readFileSync(join(root, "package-lock.json")));
  for (const source of build.sources) {
    for (const path of filesUnder(root, source)) {
      hash.update(`\0${path}\0`).update(readFileSync(join(root, path)));
    }
  }
  return hash.digest("hex");
}

/**
 * @param {string} root
 * @param {Build} build
 */
function stampPath(root, build) {
  return join(root, build.workspace, "dist", ".sources");
}

/**
 * @param {string} root
 * @param {string} place a file or folder; none where it does not exist
 * @returns {string[]} sorted, relative to root
 */
function filesUnder(root, place) {
  const stats = statSync(join(root, place), { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (!stats.isDirectory()) return [place];
  return readdirSync(join(root, place))
    .sort()
    .filter((name) => !/\.test\.tsx?$/.test(name))
    .flatMap((name) => filesUnder(root, `${place}/${name}`));
}
