/** The connector inside a server of Next: built and started as its users do, opened through a tunnel, stopped by SIGTERM. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation } from "../../signaling/test/installation.ts";
import { type InstalledFolder, installedFolder } from "./installed-folder.ts";
import { openPacked } from "./open-packed.ts";

const installMs = 15 * 60_000;
const longMs = 180_000;
let installed: InstalledFolder;
let installation: Installation;
let next = "";

beforeAll(async () => {
  installed = await installedFolder(["next@16.4.6", "react@19.3.1", "react-dom@19.3.1"]);
  cpSync(join(import.meta.dirname, "next-server"), installed.place, { recursive: true });
  next = join(installed.place, "node_modules/next/dist/bin/next");
  const env = { ...installed.environment, NEXT_TELEMETRY_DISABLED: "1" };
  await promisify(execFile)(installed.node, [next, "build"], { cwd: installed.place, env });
  installation = await Installation.start();
  await installation.signIn();
}, installMs);
afterAll(async () => {
  await installation?.end();
  installed?.remove();
}, longMs);

/** Next takes a number, not a listening socket. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

test("it is listed, its pages, files and routes are opened, and it ends with its server", {
  timeout: longMs,
}, async () => {
  const { place, home, node, environment } = installed;
  const { code } = await installation.server.createEnrolmentCode();
  const port = String(await freePort());
  const wish = { CULVERT_SERVER: installation.server.dashboardOrigin, CULVERT_CODE: code, PORT: port };
  const child = spawn(node, [next, "start", "--port", port, "--hostname", "127.0.0.1"], {
    ...{ cwd: place, stdio: ["ignore", "pipe", "pipe"] },
    env: { ...environment, ...wish, CULVERT_FOLDER: join(home, "data"), NEXT_TELEMETRY_DISABLED: "1" },
  });
  const ended = once(child, "close");
  try {
    const lines: string[] = [];
    const online = Promise.withResolvers<void>();
    for (const input of [child.stdout, child.stderr]) {
      createInterface({ input }).on("line", (line) => {
        lines.push(line);
        if (line === "Remote access: online") online.resolve();
      });
    }
    await Promise.race([online.promise, ended.then(() => Promise.reject(new Error(lines.join("\n"))))]);
    const viewer = await openPacked(installation, "next");
    const page = await (await viewer.fetch("/")).text();
    expect(page).toContain("<h1>Next over Culvert</h1>");
    const script = /\/_next\/static\/[^"]+\.js/.exec(page)?.[0] ?? "";
    const asset = await viewer.fetch(script);
    expect([asset.status, asset.headers.get("content-type")]).toEqual([200, expect.stringContaining("javascript")]);
    expect((await asset.text()).length).toBeGreaterThan(100);
    const answer = await viewer.fetch("/hello", { method: "POST", body: "through the tunnel" });
    expect(await answer.json()).toEqual({ heard: "through the tunnel" });
    await viewer.close();
    child.kill("SIGTERM");
    const [exitCode] = await ended;
    expect(lines.filter((line) => /error/i.test(line))).toEqual([]);
    // Next says by 143 that a signal ended it.
    expect([0, 143]).toContain(exitCode);
  } finally {
    child.kill("SIGKILL");
  }
});
