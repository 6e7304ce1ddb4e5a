/** A server that embeds the connector: enrolled, in the list, opened, its own login works, and nothing is left after a stop. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { connectTunnel, createServerEnrollment, type ServiceConnection } from "@culvert/peer-agent";
import { accessTokenSchema, remoteSessionSchema, serverListSchema } from "@culvert/protocol/signaling";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Installation } from "../../signaling/test/installation.ts";

const data = mkdtempSync(join(tmpdir(), "culvert-embedded-"));
const place = (path: string) => fileURLToPath(new URL(path, import.meta.url));
let installation: Installation;
let accessToken = "";
const open: ServiceConnection[] = [];
const running: RunningProgram[] = [];

beforeAll(async () => {
  installation = await Installation.start();
  await installation.signIn();
  const asking = { method: "POST", path: "/api/tokens", body: { label: "our cloud" } };
  accessToken = accessTokenSchema.parse((await installation.asDashboard(asking)).json).token;
});
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
  for (const program of running.splice(0)) program.child.kill("SIGKILL");
});
afterAll(async () => {
  await installation?.end();
  rmSync(data, { recursive: true });
});

interface RunningProgram {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** Resolves with the first line that matches; rejects where the program ends before. */
  line(pattern: RegExp): Promise<string>;
  /** Resolves with the exit code when it has ended by itself. */
  readonly ended: Promise<number | null>;
}

function run(...args: readonly string[]): RunningProgram {
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "pipe"] });
  const lines: string[] = [];
  let look = () => {};
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      look();
    });
  }
  const ended = once(child, "close").then(([code]) => code as number | null);
  const program = {
    ...{ child, lines, ended },
    line: (pattern: RegExp) =>
      new Promise<string>((resolve, reject) => {
        const before = look;
        look = () => {
          before();
          const found = lines.find((line) => pattern.test(line));
          if (found !== undefined) resolve(found);
        };
        look();
        ended.then(() => reject(new Error(lines.join("\n"))));
      }),
  };
  running.push(program);
  return program;
}

/** A code as the product's cloud asks for it. */
async function newCode(): Promise<string> {
  return (await createServerEnrollment({ serverUrl: installation.server.dashboardOrigin, accessToken })).code;
}

async function server(label: string) {
  const { json } = await installation.asDashboard({ path: "/api/servers" });
  return serverListSchema.parse(json).servers.find((one) => one.label === label);
}

/** What the Open button does, by a program. */
async function openAs(serverId: string): Promise<ServiceConnection> {
  const connection = await connectTunnel({
    createSession: async (deviceKey) => {
      const asking = { method: "POST", path: `/api/servers/${serverId}/sessions`, body: { deviceKey } };
      const { status, text, json } = await installation.asDashboard(asking);
      if (status !== 200 && status !== 201) throw new Error(text);
      return remoteSessionSchema.parse(json);
    },
    headers: { cookie: installation.cookie, origin: installation.server.dashboardOrigin },
    webrtc: "werift",
  });
  open.push(connection);
  return connection;
}

/** Its own login, as a browser goes through it; gives the page behind it. */
async function signInToNotes(notes: ServiceConnection, password: string): Promise<string> {
  const closed = await notes.fetch("/", { redirect: "manual" });
  expect([closed.status, closed.headers.get("location")]).toEqual([303, "/login"]);
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const login = (word: string) =>
    notes.fetch("/login", {
      method: "POST",
      redirect: "manual",
      headers,
      body: new URLSearchParams({ password: word }),
    });
  expect((await login("wrong")).status).toBe(403);
  const signedIn = await login(password);
  expect(signedIn.status).toBe(303);
  const cookie = (signedIn.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
  const add = { method: "POST", headers: { ...headers, cookie }, body: "note=milk+%26+eggs" };
  await (await notes.fetch("/notes", { ...add, redirect: "manual" })).text();
  return (await notes.fetch("/", { headers: { cookie } })).text();
}

test("the sample enrols, is listed as ready, opens, asks for its own password, and ends by itself", async () => {
  const folder = join(data, "sample");
  const origin = installation.server.dashboardOrigin;
  const script = place("../../examples/embedded-server/main.ts");
  const args = ["--server", origin, "--data", folder, "--password", "open sesame"];
  const first = run(script, ...args, "--code", await newCode());
  await first.line(/^Remote access: online$/);
  const listed = await server("Notes");
  expect(listed).toMatchObject({
    ...{ state: "ready", capabilities: { remoteAccessEnabled: true } },
    primaryService: { serviceName: "notes", supportedProtocols: ["http", "sse"] },
  });
  // Nothing that the owner is shown says where the app is.
  const port = /localhost:(\d+)/.exec(first.lines[0] ?? "")?.[1] ?? "none";
  expect(JSON.stringify(listed)).not.toContain(port);
  const notes = await openAs(listed?.serverId ?? "");
  expect(await signInToNotes(notes, "open sesame")).toContain("<li>milk &#38; eggs</li>");
  first.child.kill("SIGTERM");
  expect(await first.ended).toBe(0);
  // The second start needs no code.
  const second = run(script, "--data", folder);
  await second.line(/^Remote access: online$/);
  second.child.kill("SIGINT");
  expect(await second.ended).toBe(0);
});

test.each(["express", "fastify"])(
  "inside a server of %s it opens, changes nothing of the process, and leaves nothing behind",
  async (framework) => {
    const origin = installation.server.dashboardOrigin;
    const script = place("../harness/embedding-program.ts");
    const program = run(script, framework, origin, await newCode(), join(data, framework));
    const { online: serverId } = JSON.parse(await program.line(/"online":/)) as { online: string };
    const notes = await openAs(serverId);
    expect(await (await notes.fetch("/health")).json()).toEqual({ framework });
    expect(await signInToNotes(notes, "open sesame")).toContain("<li>milk &#38; eggs</li>");
    // Remote access off: whoever has it open is told, nobody gets in any more.
    const lost = new Promise((resolve) => {
      notes.onEvent((event) => event.type === "state" && event.state === "lost" && resolve(event.error?.code));
    });
    program.child.stdin?.write("off\n");
    expect(await lost).toBe("policy");
    await expect(openAs(serverId)).rejects.toThrow();
    program.child.stdin?.write("stop\n");
    const told = JSON.parse(await program.line(/"after"/)) as { before: unknown; after: unknown };
    expect(told.after).toEqual(told.before);
    const states = program.lines.flatMap((line) => JSON.parse(line).state ?? []);
    expect([...new Set(states)]).toEqual(["connecting", "online", "stopped"]);
    expect(await program.ended).toBe(0);
    await expect.poll(() => server(framework)).toMatchObject({ state: "disconnected" });
  },
);
