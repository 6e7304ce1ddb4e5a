/**
 * A machine run from a culvert.yaml and asked by commands: what it says of itself, how it follows its file, a database
 * that another machine reaches by `culvert forward`.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from "node:http";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectTunnel } from "@culvert/peer-agent/viewer";
import { accessTokenSchema, remoteSessionSchema } from "@culvert/protocol/signaling";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation } from "../../signaling/test/installation.ts";
import { RunningCommand, type RunningCommandOptions } from "../harness/running-command.ts";

/** Stories of many processes, each of which takes its time to start on a busy machine. */
const longMs = 180_000;
const folder = mkdtempSync(join(tmpdir(), "culvert-command-line-"));
const data = join(folder, "agent");
const configPath = join(folder, "culvert.yaml");
const running: RunningCommand[] = [];
let installation: Installation;
let web: HttpServer;
let echo: Server;
let agent: RunningCommand;
let token = "";

const portOf = (server: Server | HttpServer) => (server.address() as AddressInfo).port;
const configText = (extra = "") =>
  `label: studio\nwebrtc: werift\nservices:\n  web: {target: ${portOf(web)}, relay: full}\n  db: {target: "tcp://localhost:${portOf(echo)}", relay: full}\n${extra}`;

function run(args: readonly string[], options: RunningCommandOptions = {}): RunningCommand {
  const command = new RunningCommand(args, { folder, ...options });
  running.push(command);
  return command;
}

/** A command's exit code and what it wrote as JSON. */
async function asked(...args: readonly string[]): Promise<{ exitCode: number | null; json: unknown }> {
  const command = run([...args, "--data", data, "--json"]);
  const exitCode = await command.ended;
  return { exitCode, json: JSON.parse(command.lines.join("\n")) };
}

beforeAll(async () => {
  installation = await Installation.start();
  await installation.signIn();
  const made = await installation.asDashboard({ method: "POST", path: "/api/tokens", body: { label: "laptop" } });
  ({ token } = accessTokenSchema.parse(made.json));
  web = createHttpServer((request: IncomingMessage, answer) => {
    if (request.url === "/slow") answer.write("begun,");
    else answer.end(`web ${request.url}`);
    if (request.url === "/slow") web.once("finish-slow", () => answer.end("done"));
  });
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => {});
    socket.pipe(socket);
  });
  for (const server of [web, echo]) {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  }
  writeFileSync(configPath, configText());
  const { code } = await installation.server.createEnrolmentCode();
  agent = run(["up", "--data", data, "--server", installation.server.dashboardOrigin, "--code", code]);
  await agent.line("studio is online");
});
afterAll(async () => {
  for (const command of running) await command.stop("SIGKILL");
  await installation?.end();
  web?.closeAllConnections();
  web?.close();
  echo?.close();
  rmSync(folder, { recursive: true, force: true });
});

test("status and services tell what runs, for people and for programs", async () => {
  const { exitCode, json } = await asked("status");
  expect([exitCode, json]).toMatchObject([
    0,
    { state: "ready", label: "studio", config: { path: configPath, fault: null } },
  ]);
  expect((await asked("services")).json).toMatchObject([
    { name: "web", mode: "http", health: "healthy", target: `port ${portOf(web)}` },
    { name: "db", mode: "tcp", health: "healthy" },
  ]);
  const plain = run(["status", "--data", data]);
  expect(await plain.line("studio")).toBe(`● studio  ready  ${installation.server.dashboardOrigin}`);
  expect(await plain.ended).toBe(0);
});

test("a change of the file is followed without dropping what is under way, and a bad file changes nothing", async () => {
  const { serverId } = (await asked("status")).json as { serverId: string };
  const service = await connectTunnel({
    ...{ webrtc: "werift", headers: { authorization: `Bearer ${token}` } },
    async createSession(deviceKey) {
      const body = { serviceName: "web", deviceKey };
      const path = `/api/servers/${serverId}/sessions`;
      return remoteSessionSchema.parse((await installation.asDashboard({ method: "POST", path, body })).json);
    },
  });
  const slow = await service.fetch("/slow");
  writeFileSync(configPath, configText("  docs: {target: 9, relay: full}\n"));
  agent.signal("SIGHUP");
  await agent.line("is in force: web, db, docs.");
  writeFileSync(configPath, configText("  docs: {target: 9, realy: full}\n"));
  agent.signal("SIGHUP");
  const refusal = await agent.line("The configuration stays as it was.");
  expect(refusal).toContain(`${configPath}:6:21: "realy" is no key of services.docs. Correct it`);
  expect((await asked("status")).json).toMatchObject({
    config: { fault: expect.stringContaining("realy") },
    services: [{ name: "web" }, { name: "db" }, { name: "docs" }],
  });
  writeFileSync(
    configPath,
    `label: studio\nservices:\n  web:\n    target: ${portOf(web)}\n    policy: {deny: {pathPrefixes: [/no]}}\n    relay: full\n  db: {target: "tcp://localhost:${portOf(echo)}", relay: full}\n`,
  );
  agent.signal("SIGHUP");
  await agent.line("is in force: web, db.");
  expect(await (await service.fetch("/yes")).text()).toBe("web /yes");
  await expect(service.fetch("/no")).rejects.toMatchObject({ code: "policy" });
  web.emit("finish-slow");
  expect(await slow.text()).toBe("begun,done");
  await service.close();
});

test("the log tells of requests without their queries where they are asked for", async () => {
  const command = run(["logs", "--requests", "--data", data]);
  expect(await command.ended).toBe(0);
  expect(command.lines.join("\n")).toMatch(/GET \/yes 200 .*\(web, viewer [0-9a-f]{8}\)/);
  expect(command.lines.join("\n")).toMatch(/GET \/no policy/);
  const without = run(["logs", "--data", data]);
  await without.ended;
  expect(without.lines.join("\n")).not.toContain("GET /yes");
});

test(
  "forward asks for a sign-in first; then many connections reach the service, each with its own bytes",
  async () => {
    const viewer = join(folder, "viewer");
    const words = ["forward", "studio:db", "0", "--data", viewer, "--webrtc", "werift"];
    const refused = run(words);
    expect(await refused.ended).toBe(4);
    expect(refused.lines.join(" ")).toContain("Nobody is signed in here. Sign in first: culvert sign-in");

    const signIn = ["sign-in", "--data", viewer, "--server", installation.server.dashboardOrigin];
    const wrong = run(signIn, { input: "culvert_notatokenofanybody" });
    expect(await wrong.ended).toBe(1);
    expect(wrong.lines.join(" ")).toContain("does not take the access token any more");
    const signedIn = run(signIn, { input: `${token}\n` });
    await signedIn.line("Signed in at");
    expect(await signedIn.ended).toBe(0);

    const forward = run(words);
    const line = await forward.line("studio:db is on 127.0.0.1:");
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(line)?.[1]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, number) => echoed(port, `${number} `.repeat(5_000))),
    );
    expect(answers).toEqual(Array.from({ length: 20 }, (_, number) => `${number} `.repeat(5_000)));

    const busy = run(["forward", "studio:db", String(port), "--data", viewer, "--webrtc", "werift"]);
    expect(await busy.ended).toBe(1);
    expect(busy.lines.join(" ")).toContain(`Port ${port} is taken by another program of this machine.`);
    expect(await forward.stop("SIGINT")).toBe(0);
  },
  longMs,
);

test(
  "forward outlives a restart of the agent: meanwhile it says why a connection was cut",
  async () => {
    const forward = run(["forward", "studio:db", "0", "--data", join(folder, "viewer"), "--webrtc", "werift"]);
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(await forward.line("is on 127.0.0.1:"))?.[1]);
    expect(await echoed(port, "before")).toBe("before");
    expect(await agent.stop()).toBe(0);
    await forward.line("the tunnel is over, the next connection opens another.");
    expect(await echoed(port, "meanwhile").catch(() => "cut")).not.toBe("meanwhile");
    expect(await forward.line("The last one was cut")).toContain("studio is not connected.");
    agent = run(["up", "--data", data]);
    await agent.line("studio is online");
    expect(await echoed(port, "after")).toBe("after");
    await forward.stop();
  },
  longMs,
);

test(
  "a locked machine lets forward in once the string that it shows was typed there",
  async () => {
    const stranger = join(folder, "stranger");
    const environment = { CULVERT_TOKEN: token, CULVERT_SERVER: installation.server.dashboardOrigin };
    const words = ["forward", "studio:db", "0", "--data", stranger, "--webrtc", "werift", "--json"];
    expect((await asked("lock")).json).toMatchObject({ locked: true });
    const refused = run(words, { environment });
    const refusal = JSON.parse(await refused.line("approval-needed")) as { hint: string };
    expect(await refused.ended).toBe(1);
    const typed = /devices approve (\S+)\./.exec(refusal.hint)?.[1] ?? "";
    expect((await asked("devices", "approve", typed, "--label", "laptop")).exitCode).toBe(0);
    const { json } = await asked("devices", "list");
    expect(json).toMatchObject({
      locked: true,
      devices: expect.arrayContaining([expect.objectContaining({ label: "laptop", trust: "approved" })]),
    });
    const forward = run(words, { environment });
    const { port } = JSON.parse(await forward.line("listening")) as { port: number };
    expect(await echoed(port, "let in")).toBe("let in");
    await forward.stop();
    expect((await asked("unlock")).json).toMatchObject({ locked: false });
  },
  longMs,
);

test(
  "open names the page, and what cannot be opened",
  async () => {
    const viewer = join(folder, "viewer");
    const { serverId } = (await asked("status")).json as { serverId: string };
    const own = run(["open", "--print", "--data", data]);
    expect(await own.line("http")).toBe(`${installation.server.dashboardOrigin}/app-view/${serverId}/web`);
    const other = run(["open", "studio", "web", "--print", "--data", viewer]);
    expect(await other.line("http")).toBe(`${installation.server.dashboardOrigin}/app-view/${serverId}/web`);
    const unknown = run(["open", "lab", "--print", "--data", viewer]);
    expect(await unknown.ended).toBe(1);
    expect(unknown.lines.join(" ")).toContain('You have no server "lab". There are: studio.');
  },
  longMs,
);

test("the doctor looks at the whole way, opens a tunnel for a trial, and finds nothing wrong", async () => {
  const account = run(["sign-in", "--data", data], { input: token });
  await account.line("Signed in at");
  const { exitCode, json } = await asked("doctor");
  const { findings } = json as { findings: { check: string; state: string }[] };
  const states = Object.fromEntries(findings.map(({ check, state }) => [check, state]));
  expect(states).toMatchObject({
    ...{ keys: "fine", enrolment: "fine", agent: "fine", "target web": "fine", "target db": "fine" },
    ...{ name: "fine", connection: "fine", server: "fine", websocket: "fine", clock: "fine", relay: "fine" },
    direct: "fine",
  });
  expect(exitCode).toBe(0);
});

test("where no agent runs, commands say so and how one is started", async () => {
  expect(await agent.stop()).toBe(0);
  const { exitCode, json } = await asked("status");
  expect([exitCode, json]).toMatchObject([
    3,
    { type: "error", code: "offline", hint: expect.stringContaining("culvert up") },
  ]);
});

async function echoed(port: number, text: string): Promise<string> {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.end(text);
  let heard = "";
  for await (const part of socket.setEncoding("utf8")) heard += part;
  return heard;
}
