/**
 * What others install: the tarballs in an empty folder, under the oldest Node that they may have, without our sources and
 * without TypeScript. `npm run test:package`; it asks the registry for the packages of others.
 */
import { execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation } from "../../signaling/test/installation.ts";
import { type InstalledFolder, installedFolder } from "./installed-folder.ts";
import { openPacked } from "./open-packed.ts";

const installMs = 10 * 60_000;
const longMs = 120_000;
const run = promisify(execFile);
let installed: InstalledFolder;
let culvert = "";
const app = createServer((request, answer) => answer.end(`packed ${request.url}`));
let installation: Installation;

beforeAll(async () => {
  installed = await installedFolder(["typescript@5.9", "@types/node@22"]);
  culvert = join(installed.place, "node_modules", ".bin", "culvert");
  installation = await Installation.start();
  await installation.signIn();
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
}, installMs);
afterAll(async () => {
  await installation?.end();
  app.closeAllConnections();
  app.close();
  installed?.remove();
}, longMs);

test("the tarballs hold JavaScript and declarations, and no test or source", () => {
  const { place } = installed;
  for (const name of ["protocol", "terminal", "peer-agent"]) {
    const names = readdirSync(join(place, "node_modules/@culvert", name), { recursive: true, encoding: "utf8" });
    const files = names.filter((file) => !file.startsWith("node_modules"));
    expect(files.filter((file) => /\.test\.|(?<!\.d)\.ts$|tsbuildinfo/.test(file))).toEqual([]);
    expect(files.filter((file) => file.endsWith(".d.ts")).length).toBeGreaterThan(10);
  }
});

test("the command says its version under the oldest Node", async () => {
  const { node, environment } = installed;
  expect((await run(node, ["--version"])).stdout).toMatch(/^v22\./);
  const { stdout } = await run(node, [culvert, "--version"], { env: environment });
  expect(stdout.trim()).toMatch(/^\d+\.\d+\.\d+$/);
});

test("connect enrols, publishes and is opened", { timeout: longMs }, async () => {
  const { node, environment, home } = installed;
  const { code } = await installation.server.createEnrolmentCode();
  const origin = installation.server.dashboardOrigin;
  const { port } = app.address() as AddressInfo;
  const words = [
    "--server",
    origin,
    "--code",
    code,
    "--relay",
    "full",
    "--label",
    "packed",
    "--data",
    join(home, "data"),
  ];
  const child = spawn(node, [culvert, "connect", String(port), ...words], { env: environment });
  const ended = once(child, "close");
  try {
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      lines.push(line);
      if (line.includes("is online")) break;
    }
    expect(lines.at(-1)).toContain("is online");
    const viewer = await openPacked(installation, "packed");
    expect(await (await viewer.fetch("/page")).text()).toBe("packed /page");
    await viewer.close();
    child.kill("SIGTERM");
    expect(await ended).toEqual([0, null]);
  } finally {
    child.kill("SIGKILL");
  }
});

test("a program that embeds it finds its functions and their types", { timeout: longMs }, async () => {
  const { node, environment, place } = installed;
  const program = `import { createEmbeddedServerConnector, type EmbeddedServerConnector } from "@culvert/peer-agent";
import { connectTunnel } from "@culvert/peer-agent/viewer";
import { limits } from "@culvert/protocol";
import { createTerminalService } from "@culvert/terminal";
const connector: EmbeddedServerConnector = createEmbeddedServerConnector({
  dataFolder: "nowhere",
  primaryTarget: { type: "loopback", port: 1 },
  primaryService: { serviceName: "app" },
  capabilities: { remoteAccessEnabled: true },
});
console.log(connector.state, typeof connectTunnel, typeof createTerminalService, limits.initialStreams);
`;
  writeFileSync(join(place, "program.ts"), program);
  const settings = ["--strict", "--module", "nodenext", "--target", "es2024", "--types", "node"];
  const tsc = join(place, "node_modules/typescript/bin/tsc");
  execFileSync(node, [tsc, ...settings, "program.ts"], { cwd: place, env: environment });
  const { stdout } = await run(node, ["program.js"], { cwd: place, env: environment });
  expect(stdout).toBe("stopped function function 100\n");
  const wrong = program.replace("port: 1", "prt: 1");
  writeFileSync(join(place, "wrong.ts"), wrong);
  const refused = run(node, [tsc, ...settings, "--noEmit", "wrong.ts"], { cwd: place, env: environment });
  await expect(refused).rejects.toMatchObject({ stdout: expect.stringContaining("prt") });
});
