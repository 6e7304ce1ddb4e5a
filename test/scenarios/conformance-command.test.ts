/** `culvert-conformance` as a person types it: against `culvert connect`, and where there is nothing to test. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";

const kit = fileURLToPath(new URL("../../protocol/conformance/src/main.ts", import.meta.url));
const agent = fileURLToPath(new URL("../../peer-agent/src/cli/main.ts", import.meta.url));
const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A run of a command: all it wrote, and its exit code. */
function run(script: string, args: readonly string[], onLine: (line: string) => void = () => {}) {
  const child = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  stops.push(() => child.kill());
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      onLine(line);
    });
  }
  return once(child, "close").then(([exitCode]) => ({ exitCode, lines }));
}

test("an agent that is started as the kit says holds every case, and the exit code is 0", {
  timeout: 120_000,
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), "culvert-conformance-"));
  const { exitCode, lines } = await run(kit, ["ws://127.0.0.1:0", "--app-port", "0", "--json"], (line) => {
    const { type, port, appPort } = JSON.parse(line);
    if (type !== "listening") return;
    const server = `http://127.0.0.1:${port}`;
    void run(agent, [
      "connect",
      String(appPort),
      "--server",
      server,
      "--code",
      "any",
      "--relay",
      "full",
      "--data",
      folder,
    ]);
  });
  const said = lines.map((line) => JSON.parse(line));
  expect(said.filter(({ outcome }) => outcome === "failed")).toEqual([]);
  expect(said.at(-1)).toMatchObject({ type: "summary", failed: 0, leftOut: 0 });
  expect(exitCode).toBe(0);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

test("an agent that offers its relay for handshakes only is told what to change", { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), "culvert-conformance-"));
  const { exitCode, lines } = await run(kit, ["ws://127.0.0.1:0", "--app-port", "0", "--wait", "5"], (line) => {
    const address = /culvert connect (\d+) --server (\S+)/.exec(line);
    if (address === null) return;
    void run(agent, ["connect", address[1] ?? "", "--server", address[2] ?? "", "--code", "any", "--data", folder]);
  });
  expect(lines.at(-1)).toMatch(/^Nothing was tested: no agent or viewer joined .* Start it with --relay full\.$/);
  expect(exitCode).toBe(2);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
});

test.each([
  [["ws://127.0.0.1:0", "--app-port", "0", "--wait", "0.2"], /no agent or viewer joined ws:.* within 0\.2 s/],
  [[], /Say where to listen/],
  [["http://127.0.0.1"], /an address of this machine/],
  [["ws://127.0.0.1:0", "--noise-key", "A".repeat(43)], /go together/],
  [["ws://127.0.0.1:0", "--role", "signaling"], /Allowed choices are agent, viewer/],
  [["ws://192.0.2.1:7801"], /cannot listen/],
])("%j ends with 2 and says why", async (args, words) => {
  const { exitCode, lines } = await run(kit, args);
  expect(lines.join("\n")).toMatch(words);
  expect(exitCode).toBe(2);
});

test("every case that is listed names a section that SPEC.md has", async () => {
  const { exitCode, lines } = await run(kit, ["--list", "--json"]);
  const sections = new Set(lines.map((line) => JSON.parse(line).section));
  const specification = await readFile(new URL("../../protocol/SPEC.md", import.meta.url), "utf8");
  const headings = [...specification.matchAll(/^#{2,3} (.+)$/gm)].map((match) => match[1]);
  expect([...sections].filter((section) => !headings.includes(section))).toEqual([]);
  expect(lines.length).toBeGreaterThan(200);
  expect(exitCode).toBe(0);
});
