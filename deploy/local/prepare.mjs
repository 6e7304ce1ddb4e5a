/**
 * What `npm start`, `npm test` and `npm run bench` do first: install what package-lock.json asks for, see that the
 * scripts get a Node that runs TypeScript, build the browser parts whose sources changed. Silent and quick where
 * nothing is to do. Invariant: runs on Node 20 with nothing installed.
 */
import { spawnSync } from "node:child_process";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { builds, isBuilt, markBuilt, sourceHash } from "./builds.mjs";
import { installationFault } from "./installation.mjs";
import { runtimeFault, scriptNode } from "./runtime.mjs";

const root = resolve(fileURLToPath(import.meta.url), "..", "..", "..");
const purpose = process.argv[2] ?? "start";

const fault = installationFault(root);
if (fault !== undefined) install(fault);
const unfit = runtimeFault(root);
if (unfit !== undefined) stop(unfit);
for (const build of builds) {
  if (!isBuilt(root, build)) makeBuild(build);
}

/** @param {string} reason */
function install(reason) {
  say(`Installing packages for npm ${purpose} (${reason}): npm ci`);
  const startMs = performance.now();
  // `npm ci` removes node_modules first, so it runs by the Node that is not in there.
  const installed = join(root, "node_modules");
  const path = (process.env.PATH ?? "").split(delimiter).filter((place) => !resolve(place).startsWith(installed));
  const npm = process.env.npm_execpath;
  const [program, ...leading] = npm === undefined ? ["npm"] : ["node", npm];
  const args = [...leading, "ci", "--include=dev", "--no-audit", "--no-fund", "--loglevel=error"];
  run(program ?? "npm", args, { PATH: path.join(delimiter) }, "shown");
  say(`Packages installed in ${seconds(startMs)}.`);
}

/** @param {import("./builds.mjs").Build} build */
function makeBuild(build) {
  say(`Building ${build.workspace}`);
  const startMs = performance.now();
  const hash = sourceHash(root, build);
  const bin = join(root, "node_modules", ".bin");
  const npm = process.env.npm_execpath;
  const [program, ...leading] = npm === undefined ? ["npm"] : [scriptNode(root), npm];
  const args = [...leading, "run", "--silent", "build", "--workspace", build.workspace];
  run(program ?? "npm", args, { PATH: [bin, process.env.PATH ?? ""].join(delimiter) }, "kept");
  markBuilt(root, build, hash);
  say(`Built ${build.workspace} in ${seconds(startMs)}.`);
}

/**
 * Runs a program in the repository; ends this one where it fails. Output that is kept is shown then only.
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} env
 * @param {"shown" | "kept"} output
 */
function run(program, args, env, output) {
  const result = spawnSync(program, args, {
    cwd: root,
    // Standard output belongs to the command that follows; preparation talks on standard error.
    stdio: output === "shown" ? ["ignore", 2, 2] : ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
    shell: process.platform === "win32" && program === "npm",
    encoding: "utf8",
  });
  if (result.error !== undefined) stop(`${program} could not be started: ${result.error.message}`);
  if (result.status !== 0) {
    const how = result.signal === null ? `exit code ${result.status}` : `signal ${result.signal}`;
    if (output === "kept") say(`${result.stdout}${result.stderr}`.trimEnd());
    stop(`"${[program, ...args].join(" ")}" failed with ${how}; its output is above.`, result.status ?? 1);
  }
}

/** @param {string} line */
function say(line) {
  process.stderr.write(`${line}\n`);
}

/** @param {number} startMs */
function seconds(startMs) {
  return `${((performance.now() - startMs) / 1000).toFixed(1)} s`;
}

/**
 * @param {string} message
 * @param {number} exitCode
 * @returns {never}
 */
function stop(message, exitCode = 1) {
  say(`\n${message}\n`);
  process.exit(exitCode);
}
