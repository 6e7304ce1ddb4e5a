/** Limits and labels of a service in culvert.yaml: held for all viewers together, changed without dropping a tunnel. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connectTunnel, type ServiceConnection } from "@culvert/peer-agent/viewer";
import { accessTokenSchema, remoteSessionSchema, serverListSchema } from "@culvert/protocol/signaling";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation } from "../../signaling/test/installation.ts";
import { RunningCommand } from "../harness/running-command.ts";

const folder = mkdtempSync(join(tmpdir(), "culvert-limits-"));
const data = join(folder, "agent");
const configPath = join(folder, "culvert.yaml");
const app = createServer(async (request, answer) => {
  let bytes = 0;
  for await (const part of request) bytes += (part as Buffer).byteLength;
  answer.end(String(bytes));
});
const open: ServiceConnection[] = [];
let installation: Installation;
let agent: RunningCommand;
let token = "";

function writeConfig(viewers: number): void {
  const { port } = app.address() as AddressInfo;
  const limits = `{viewers: ${viewers}, streams: 10, bodyBytes: 1000}`;
  const web = `{target: ${port}, relay: full, limits: ${limits}, labels: {team: blue}}`;
  writeFileSync(configPath, `webrtc: werift\nservices:\n  web: ${web}\n`);
}

async function openWeb(): Promise<ServiceConnection> {
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

beforeAll(async () => {
  installation = await Installation.start();
  await installation.signIn();
  const made = await installation.asDashboard({ method: "POST", path: "/api/tokens", body: { label: "laptop" } });
  ({ token } = accessTokenSchema.parse(made.json));
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  writeConfig(1);
  const { code } = await installation.server.createEnrolmentCode();
  const words = ["up", "--config", configPath, "--data", data, "--label", "studio"];
  agent = new RunningCommand([...words, "--server", installation.server.dashboardOrigin, "--code", code]);
  await agent.line("studio is online");
});
afterAll(async () => {
  for (const connection of open) await connection.close();
  await agent?.stop("SIGKILL");
  await installation?.end();
  app.closeAllConnections();
  app.close();
  rmSync(folder, { recursive: true, force: true });
});

test("limits hold for all viewers together, and follow the file while a tunnel stays", {
  timeout: 120_000,
}, async () => {
  const first = await openWeb();
  const post = (bytes: number) => first.fetch("/", { method: "POST", body: new Uint8Array(bytes) });
  expect(await (await post(1_000)).text()).toBe("1000");
  await expect(post(1_001)).rejects.toMatchObject({ code: "limit-reached" });
  await expect(openWeb()).rejects.toMatchObject({
    code: "limit-reached",
    message: "The service takes 1 viewer at once.",
  });
  writeConfig(2);
  agent.signal("SIGHUP");
  await agent.line("is in force: web.");
  expect(await (await (await openWeb()).fetch("/")).text()).toBe("0");
  expect(await (await first.fetch("/")).text()).toBe("0");
});

test("labels are shown on this machine, and told to nobody else", { timeout: 120_000 }, async () => {
  const services = new RunningCommand(["services", "--data", data]);
  expect(await services.line("web")).toContain("team=blue");
  expect((await installation.asDashboard({ path: "/api/servers" })).text).not.toContain("blue");
});
