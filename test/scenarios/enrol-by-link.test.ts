/** The machine asks first: `culvert connect` shows a link, its owner approves, it goes on by itself; then new keys. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { fingerprintOf, serverListSchema } from "@culvert/protocol/signaling";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Installation } from "../../signaling/test/installation.ts";
import { runCommand } from "../harness/agent-command.ts";

const script = fileURLToPath(new URL("../../peer-agent/src/cli/main.ts", import.meta.url));
const data = mkdtempSync(join(tmpdir(), "culvert-agent-"));
let installation: Installation;
let agent: Agent;

/** `culvert connect` while it runs. */
class Agent {
  readonly child = spawn(process.execPath, [
    ...[script, "connect", "9", "--data", data, "--label", "lab-pi", "--webrtc", "werift"],
    ...["--server", installation.server.dashboardOrigin],
  ]);
  readonly lines: string[] = [];

  /** Resolves with the first line that matches; rejects where it ends before. */
  line(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const line = this.lines.find((candidate) => pattern.test(candidate));
        if (line !== undefined) resolve(line);
      };
      for (const stream of [this.child.stdout, this.child.stderr]) {
        createInterface({ input: stream }).on("line", (line) => {
          this.lines.push(line);
          look();
        });
      }
      look();
      this.child.once("close", () => reject(new Error(this.lines.join("\n"))));
    });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    this.child.kill("SIGTERM");
    await once(this.child, "close");
  }
}

beforeAll(async () => {
  installation = await Installation.start();
  await installation.signIn();
});
afterAll(async () => {
  await agent?.stop();
  await installation?.end();
  rmSync(data, { recursive: true });
});

async function servers() {
  const { json } = await installation.asDashboard({ path: "/api/servers" });
  return serverListSchema.parse(json).servers;
}

test("the link and the fingerprint are shown; once approved it is online", async () => {
  agent = new Agent();
  const link = /http\S+/.exec(await agent.line(/\/enrol#code=/))?.[0] ?? "";
  const code = new URL(link).hash.slice("#code=".length);
  const asOwner = (what: string) =>
    installation.asDashboard({ method: "POST", path: `/api/enrollments/requests/${what}`, body: { code } });
  const shown = (await asOwner("show")).json as { label: string; serverId: string };
  expect(shown.label).toBe("lab-pi");
  expect(agent.lines.join("\n")).toContain(`Fingerprint: ${fingerprintOf(shown.serverId)}`);
  expect((await asOwner("approve")).status).toBe(200);
  const approved = agent.line(/Approved by owner@culvert\.localhost/);
  const online = agent.line(/lab-pi is online/);
  await approved;
  await online;
  expect(await servers()).toMatchObject([{ serverId: shown.serverId, label: "lab-pi" }]);
});

test("new keys make it a new server, signed by the old one; the next start is online under it", async () => {
  const [before] = await servers();
  await agent.stop();
  expect(await runCommand("rotate", "--data", data)).toContain("lab-pi has new keys");
  const [after, ...others] = await servers();
  expect(others).toEqual([]);
  expect(after?.serverId).not.toBe(before?.serverId);
  expect(after?.succeeds?.serverId).toBe(before?.serverId);
  agent = new Agent();
  await agent.line(/lab-pi is online/);
});
