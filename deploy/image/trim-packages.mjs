/**
 * Takes out of an image's node_modules what the server never loads: packages that nothing reachable from it depends on
 * (npm installs optional peers that other workspaces brought into the lock file), type declarations and source maps.
 * Invariant: what a kept package declares as a dependency or a required peer is kept.
 * Usage: node trim-packages.mjs <node_modules>
 */
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const folder = resolve(process.argv[2] ?? "node_modules");
const root = dirname(folder);
const workspaces = ["protocol", "signaling"];
/** Folders of packages that are kept. */
const kept = new Set();

for (const workspace of workspaces) keepAll(join(root, workspace));
let removed = 0;
const folders = [folder, ...workspaces.map((workspace) => join(root, workspace, "node_modules"))].filter(existsSync);
for (const place of folders.flatMap(packagesIn)) {
  if (kept.has(place) || place.startsWith(join(folder, "@culvert"))) continue;
  rmSync(place, { recursive: true });
  removed += 1;
}
for (const name of ["peer-agent", "terminal", "browser-client", "dashboard", "test"]) {
  rmSync(join(folder, "@culvert", name), { recursive: true, force: true });
}
rmSync(join(folder, ".package-lock.json"), { force: true });
let files = 0;
for (const place of folders) {
  rmSync(join(place, ".bin"), { recursive: true, force: true });
  files += removeFiles(place);
}
process.stdout.write(`Removed ${removed} packages and ${files} files; ${kept.size} packages stay.\n`);

/**
 * Keeps what a package asks for, from where Node would load it.
 * @param {string} place the package's folder
 */
function keepAll(place) {
  const manifest = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  const optionalPeers = Object.entries(manifest.peerDependenciesMeta ?? {}).flatMap(([name, { optional }]) =>
    optional ? [name] : [],
  );
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter((name) => !optionalPeers.includes(name));
  const asked = [
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.optionalDependencies ?? {}),
    ...peers,
  ];
  for (const name of asked) {
    const found = resolved(place, name);
    if (found === undefined || kept.has(found)) continue;
    kept.add(found);
    keepAll(found);
  }
}

/**
 * @param {string} from a package's folder
 * @param {string} name
 * @returns {string | undefined} the folder of the package that Node finds from there
 */
function resolved(from, name) {
  if (name.startsWith("@culvert/")) return undefined;
  for (let place = from; place.startsWith(root); place = dirname(place)) {
    const candidate = join(place, "node_modules", name);
    if (existsSync(join(candidate, "package.json"))) return candidate;
  }
  return undefined;
}

/**
 * @param {string} place a node_modules folder
 * @returns {string[]} packages in it
 */
function packagesIn(place) {
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    if (entry.name.startsWith(".")) return [];
    if (entry.name.startsWith("@"))
      return readdirSync(join(place, entry.name)).map((name) => join(place, entry.name, name));
    return [join(place, entry.name)];
  });
}

/**
 * @param {string} place
 * @returns {number} how many files went
 */
function removeFiles(place) {
  let count = 0;
  for (const entry of readdirSync(place, { withFileTypes: true })) {
    const path = join(place, entry.name);
    if (entry.isDirectory()) count += removeFiles(path);
    else if (entry.isFile() && /\.(?:map|d\.[cm]?ts|tsbuildinfo)$/.test(entry.name)) {
      rmSync(path);
      count += 1;
    }
  }
  return count;
}
