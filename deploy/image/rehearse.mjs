/**
 * Rehearses the image's Dockerfile on this machine, for want of an engine: each stage in an empty folder, its COPY and RUN
 * steps as they stand, then the server as the image starts it. Says what it left out: the base image, users, /data.
 * Usage: node deploy/image/rehearse.mjs   (Node 24, npm; takes a minute and the network)
 */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(fileURLToPath(import.meta.url), "..", "..", "..");
const folder = mkdtempSync(join(tmpdir(), "culvert-image-"));
const leftOut = [];
let stage = "";
let place = "";

try {
  for (const line of instructions()) {
    const [word = "", ...rest] = line.split(/\s+/);
    const text = line.slice(word.length).trim();
    if (word === "FROM") {
      stage = /\bAS\s+(\w+)/i.exec(text)?.[1] ?? "image";
      place = join(folder, stage, "culvert");
      mkdirSync(place, { recursive: true });
      say(`Stage ${stage}`);
    } else if (word === "COPY") copy(rest);
    else if (word === "RUN" && /\s\/\w/.test(` ${text}`)) leftOut.push(line);
    else if (word === "RUN") run(text);
    else if (!["WORKDIR", "LABEL", "ENTRYPOINT", "CMD", "EXPOSE", "ENV", "HEALTHCHECK"].includes(word))
      leftOut.push(line);
  }
  say(`The image's own layer: ${(sizeOf(place) / 1024 ** 2).toFixed(1)} MiB in ${countOf(place)} files.`);
  await startAndAsk();
  say(`Left out: FROM's base image, the user, and ${leftOut.length} steps:\n  ${leftOut.join("\n  ")}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** @returns {string[]} the Dockerfile's instructions, one a line */
function instructions() {
  const text = readFileSync(join(root, "deploy/image/Dockerfile"), "utf8").replaceAll("\\\n", " ");
  return text.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("#"));
}

/** @param {string[]} words sources, then the target */
function copy(words) {
  const from = /^--from=(\w+)$/.exec(words[0] ?? "")?.[1];
  const [target = ".", ...sources] = words.slice(from === undefined ? 0 : 1).reverse();
  for (const source of sources) {
    const path = from === undefined ? join(root, source) : join(folder, from, source);
    const isFolder = statSync(path).isDirectory();
    const to = isFolder || !target.endsWith("/") ? join(place, target) : join(place, target, basename(path));
    mkdirSync(dirname(to), { recursive: true });
    const destination = target === "./" ? join(place, isFolder ? "" : basename(path)) : to;
    cpSync(path, destination, {
      recursive: true,
      verbatimSymlinks: true,
      filter: from === undefined ? isShipped : undefined,
    });
  }
}

/**
 * What Dockerfile.dockerignore lets in.
 * @param {string} path
 */
function isShipped(path) {
  return !/\/(node_modules|dist|\.culvert)$/.test(path) && !path.endsWith(".test.ts");
}

/** @param {string} command */
function run(command) {
  say(`  ${command}`);
  execFileSync("sh", ["-c", command], { cwd: place, stdio: ["ignore", "ignore", "inherit"] });
}

/** Starts the server as ENTRYPOINT and CMD do, asks for its health and pages, and ends it. */
async function startAndAsk() {
  const port = await freePort();
  const origin = `http://culvert.localhost:${port}`;
  const args = ["signaling/src/main.ts", "serve", "--json"];
  const env = {
    PATH: process.env.PATH,
    NODE_ENV: "production",
    CULVERT_DATA: join(folder, "data"),
    CULVERT_PORT: `${port}`,
  };
  const startMs = performance.now();
  const server = spawn(process.execPath, args, { cwd: place, env, stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolveEnd) => server.once("exit", resolveEnd));
  await Promise.race([
    new Promise((listening) => server.stdout.once("data", listening)),
    ended.then((code) => Promise.reject(new Error(`the server ended with ${code}`))),
  ]);
  const readyMs = performance.now() - startMs;
  const ask = async (path, headers = {}) => {
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { headers, redirect: "manual" });
    return { status: answer.status, text: await answer.text() };
  };
  const health = await ask("/healthz");
  const page = execFileSync("curl", [
    "-s",
    "-H",
    "accept: text/html",
    "--resolve",
    `culvert.localhost:${port}:127.0.0.1`,
    `${origin}/`,
  ]);
  const memory = existsSync(`/proc/${server.pid}/status`)
    ? /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, "utf8"))?.[1]
    : undefined;
  server.kill("SIGTERM");
  const code = await ended;
  if (health.status !== 200 || !page.includes("<title>")) throw new Error("the server does not answer as it should");
  say(
    `It listened after ${readyMs.toFixed(0)} ms with ${Math.round(Number(memory) / 1024)} MiB, answered /healthz and the dashboard, ended with ${code}.`,
  );
}

/** @param {string} place */
function sizeOf(place) {
  return filesIn(place).reduce((sum, path) => sum + statSync(path).size, 0);
}

/** @param {string} place */
function countOf(place) {
  return filesIn(place).length;
}

/** @param {string} place @returns {string[]} */
function filesIn(place) {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function freePort() {
  return new Promise((found) => {
    const probe = createServer();
    probe.listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (probe.address());
      probe.close(() => found(port));
    });
  });
}

/** @param {string} line */
function say(line) {
  process.stdout.write(`${line}\n`);
}
