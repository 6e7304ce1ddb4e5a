/**
 * Packs what `npm install @culvert/peer-agent` needs: JavaScript and declarations made by tsc, file for file as the sources
 * lie, in one tarball for each package. Nothing is published. Invariant: a tarball holds no TypeScript but declarations,
 * no test and no path of this checkout.
 * Usage: node deploy/npm/pack.mjs <folder for the tarballs>
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "../..");
const out = resolve(process.argv[2] ?? join(root, ".build/npm"));
const stage = join(root, ".build/npm-stage");
const modules = join(root, "node_modules");

/** In the order of their imports. `files`: what goes along beside `lib`. `left`: sources that are not for others. */
const packages = /** @type {const} */ ([
  { folder: "protocol", lib: ["ES2023"], types: [], left: [], files: ["README.md", "SPEC.md", "vectors"] },
  { folder: "terminal", lib: ["ES2024"], types: ["node"], left: ["page", "testing"], files: ["dist"] },
  {
    folder: "peer-agent",
    ...{ lib: ["ES2024"], types: ["node"], left: ["testing"] },
    files: ["README.md", "culvert.schema.json"],
  },
]);

run("node_modules/typescript/bin/tsc", "-b", "protocol", "terminal", "peer-agent");
run("deploy/local/prepare.mjs", "start");
rmSync(stage, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
for (const one of packages) {
  compile(one);
  writeManifest(one);
  for (const file of [...one.files, "../LICENSE"]) {
    cpSync(join(root, one.folder, file), join(stage, one.folder, file.replace("../", "")), { recursive: true });
  }
  rmSync(join(stage, one.folder, "dist/.sources"), { force: true });
  const words = ["pack", "--silent", "--pack-destination", out];
  const name = execFileSync("npm", words, {
    cwd: join(stage, one.folder),
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  process.stdout.write(`${join(out, name.trim())}\n`);
}

/** @typedef {(typeof packages)[number]} Package */

/** @param {Package} one */
function compile({ folder, lib, types, left }) {
  const sources = join(root, folder, "src");
  const references = packages.slice(
    0,
    packages.findIndex((other) => other.folder === folder),
  );
  const settings = {
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      ...{ composite: false, incremental: false, emitDeclarationOnly: false, allowJs: true },
      rewriteRelativeImportExtensions: true,
      ...{ lib, types, typeRoots: [join(modules, "@types")] },
      ...{ rootDir: sources, outDir: join(stage, folder, "lib") },
    },
    references: references.map((other) => ({ path: join(root, other.folder) })),
    include: [join(sources, "**/*.ts"), join(sources, "**/*.mjs")],
    exclude: [join(sources, "**/*.test.ts"), ...left.map((room) => join(sources, room))],
  };
  mkdirSync(join(stage, folder), { recursive: true });
  const path = join(stage, `${folder}.json`);
  writeFileSync(path, JSON.stringify(settings));
  run("node_modules/typescript/bin/tsc", "-p", path);
}

/** As in the sources, but for where code lies and which of our own packages belong together. @param {Package} one */
function writeManifest({ folder, files }) {
  const manifest = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const { exports, bin, dependencies = {}, devDependencies: _ours, scripts: _scripts, ...rest } = manifest;
  const own = Object.keys(dependencies).filter((name) => name.startsWith("@culvert/"));
  const packed = {
    ...rest,
    engines: { node: ">=22.19" },
    exports: Object.fromEntries(Object.entries(exports).map(([name, path]) => [name, packedExport(path)])),
    ...(bin && { bin: Object.fromEntries(Object.entries(bin).map(([name, path]) => [name, inLib(path)])) }),
    dependencies: { ...dependencies, ...Object.fromEntries(own.map((name) => [name, manifest.version])) },
    files: ["lib", ...files],
  };
  writeFileSync(join(stage, folder, "package.json"), `${JSON.stringify(packed, null, 2)}\n`);
}

/** @param {string} path */
function packedExport(path) {
  if (!path.endsWith(".ts")) return path;
  return { types: inLib(path).replace(/\.ts$/, ".d.ts"), default: inLib(path).replace(/\.ts$/, ".js") };
}

/** @param {string} path */
function inLib(path) {
  return path.replace(/^\.\/src\//, "./lib/");
}

/** @param {string} script @param {string[]} words */
function run(script, ...words) {
  execFileSync(process.execPath, [join(root, script), ...words], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
}
