/** An agent that is told to stop: what is under way finishes, for a while, and nobody new gets in. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectTunnel, type ServiceConnection } from "@culvert/peer-agent/viewer";
import { accessTokenSchema, remoteSessionSchema, serverListSchema } from "@culvert/protocol/signaling";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { Installation } from "../../signaling/test/installation.ts";
import { RunningCommand } from "../harness/running-command.ts";

/** Each story starts a process, on a machine that may be busy. */
const longMs = 120_000;
const folder = mkdtempSync(join(tmpdir(), "culvert-drain-"));
const data = join(folder, "agent");
const begun: ServerResponse[] = [];
const app = createServer((_request, answer) => {
  answer.write("begun,");
  begun.push(answer);
});
const open: ServiceConnection[] = [];
const running: RunningCommand[] = [];
let installation: Installation;
let token = "";

beforeAll(async () => {
  installation = await Installation.start();
  await installation.signIn();
  const made = await installation.asDashboard({ method: "POST", path: "/api/tokens", body: { label: "laptop" } });
  ({ token } = accessTokenSchema.parse(made.json));
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
});
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
  for (const command of running.splice(0)) await command.stop("SIGKILL");
  begun.length = 0;
});
afterAll(async () => {
  await installation?.end();
  app.closeAllConnections();
  app.close();
  rmSync(folder, { recursive: true, force: true });
});

async function startAgent(...words: readonly string[]): Promise<RunningCommand> {
  const { port } = app.address() as AddressInfo;
  const { code } = await installation.server.createEnrolmentCode();
  const command = new RunningCommand([
    ...["connect", String(port), "--server", installation.server.dashboardOrigin, "--code", code],
    ...["--data", data, "--label", "studio", "--relay", "full", "--webrtc", "werift", ...words],
  ]);
  running.push(command);
  await command.line(words.includes("--json") ? '"state":"online"' : "studio is online");
  return command;
}

async function openApp(): Promise<ServiceConnection> {
  const { json } = await installation.asDashboard({ path: "/api/servers" });
  const serverId = serverListSchema.parse(json).servers[0]?.serverId;
  const connection = await connectTunnel({
    ...{ webrtc: "werift", headers: { authorization: `Bearer ${token}` } },
    async createSession(deviceKey) {
      const asking = { method: "POST", path: `/api/servers/${serverId}/sessions`, body: { deviceKey } };
      return remoteSessionSchema.parse((await installation.asDashboard(asking)).json);
    },
  });
  open.push(connection);
  return connection;
}

test(
  "an answer that is under way comes to its end, nobody new gets in, and the agent ends well",
  async () => {
    const agent = await startAgent("--grace", "100");
    const answer = await (await openApp()).fetch("/slow");
    agent.signal("SIGTERM");
    await agent.line("1 stream may finish, for 100 s at most. Stop it again to end at once.");
    await expect(openApp()).rejects.toMatchObject({ code: "offline" });
    begun[0]?.end("done");
    expect(await answer.text()).toBe("begun,done");
    expect(await agent.ended).toBe(0);
  },
  longMs,
);

test(
  "an answer that does not end is cut once its time is over, with words",
  async () => {
    const agent = await startAgent("--grace", "1");
    const answer = await (await openApp()).fetch("/endless");
    agent.signal("SIGTERM");
    await expect(answer.text()).rejects.toThrow();
    expect(await agent.ended).toBe(0);
    expect(agent.lines.at(-1)).toContain("studio is offline now.");
  },
  longMs,
);

test(
  "a second signal ends it at once, and it says so",
  async () => {
    const agent = await startAgent("--grace", "100", "--json");
    await (await openApp()).fetch("/endless");
    agent.signal("SIGINT");
    await agent.line('"type":"draining","streams":1,"graceMs":100000');
    agent.signal("SIGTERM");
    expect(await agent.ended).toBe(143);
    expect(agent.lines.at(-1)).toBe("Ended at once; what was under way is cut.");
  },
  longMs,
);
