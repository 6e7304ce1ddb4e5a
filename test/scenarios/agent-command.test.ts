/** `culvert connect` as a person types it: first run, later runs, and everything that can be wrong. */
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSignalingServer, type SignalingServer } from "@culvert/signaling";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { RunningCommand } from "../harness/running-command.ts";

const app = createServer((_request, answer) => answer.end("app"));
let appPort = 0;
let signaling: SignalingServer;
let folder = "";
const running = new Set<RunningCommand>();

function start(args: readonly string[]): RunningCommand {
  const command = new RunningCommand(args);
  running.add(command);
  void command.ended.then(() => running.delete(command));
  return command;
}

function connect(...more: string[]): RunningCommand {
  return start(["connect", String(appPort), "--data", join(folder, "agent"), "--label", "studio", ...more]);
}

async function firstRun(...more: string[]): Promise<RunningCommand> {
  const { code } = await signaling.createEnrolmentCode();
  return connect("--server", signaling.dashboardOrigin, "--code", code, ...more);
}

beforeAll(async () => {
  app.listen(0, "127.0.0.1");
  await once(app, "listening");
  appPort = (app.address() as AddressInfo).port;
});
afterAll(() => app.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "culvert-command-"));
  signaling = await createSignalingServer({ dataFolder: join(folder, "signaling"), port: 0, logLevel: "silent" });
});
afterEach(async () => {
  await Promise.all([...running].map((command) => command.stop()));
  await signaling.close();
  await rm(folder, { recursive: true, force: true });
});

test("the first run enrols, says what it publishes and to whom, and ends cleanly; later runs need no code", async () => {
  const first = await firstRun();
  expect(await first.line("online")).toContain(
    `studio is online. Open it in the dashboard: ${signaling.dashboardOrigin}`,
  );
  expect(await first.line("publishes")).toContain(`studio publishes app from port ${appPort}`);
  expect(await first.line("127.0.0.1")).toContain("sees every viewer as local");
  expect(await first.line("answers on port")).toContain(`app answers on port ${appPort}.`);
  expect(await first.stop("SIGINT")).toBe(0);

  const second = connect("--json");
  expect(JSON.parse(await second.line("online"))).toMatchObject({ type: "link", state: "online" });
  expect(await second.stop()).toBe(0);
  for (const line of second.lines) expect(() => JSON.parse(line)).not.toThrow();
});

test("the same command again connects although its code is spent", async () => {
  const { code } = await signaling.createEnrolmentCode();
  const args = ["--server", signaling.dashboardOrigin, "--code", code];
  const first = connect(...args);
  await first.line("online");
  await first.stop();
  await connect(...args).line("online");
});

test("a machine that was never enrolled is told how to be", async () => {
  const command = connect();
  expect(await command.ended).toBe(1);
  expect(command.lines.join(" ")).toContain(
    "This machine is not enrolled anywhere yet. Press Add server in the dashboard and run the command that it shows.",
  );
});

test("a wrong code is refused in words", async () => {
  const command = connect("--server", signaling.dashboardOrigin, "--code", "AAAA-BBBB-CCCC");
  expect(await command.ended).toBe(1);
  expect(command.lines.join(" ")).toMatch(/✕ .*code/i);
});

test("a server that is not there is named", async () => {
  const { dashboardOrigin } = signaling;
  await signaling.close();
  const command = connect("--server", dashboardOrigin, "--code", "AAAA-BBBB-CCCC");
  expect(await command.ended).toBe(1);
  expect(command.lines.join(" ")).toContain(`${dashboardOrigin} cannot be reached: nothing answers there.`);
});

test("an enrolled machine waits for a server that is away and is online when it is back", async () => {
  const first = await firstRun();
  await first.line("online");
  const { port } = signaling.address;
  await signaling.close();
  expect(await first.line("offline")).toMatch(/cannot be reached, .+\. Next try in \d+ m?s\./);
  first.lines.length = 0;
  signaling = await createSignalingServer({ dataFolder: join(folder, "signaling"), port, logLevel: "silent" });
  await first.line("online");
});

test("an app that is down is named with its port, and turns ready by itself", async () => {
  app.close();
  const command = await firstRun();
  expect(await command.line("Nothing answers")).toContain(`Nothing answers on port ${appPort}. Start the app`);
  await command.line("online");
  app.listen(appPort, "127.0.0.1");
  await command.line("app answers");
});

test("a second agent with the same keys takes over and the first one says so and ends", async () => {
  const first = await firstRun();
  await first.line("online");
  const second = connect();
  await second.line("online");
  expect(await first.ended).toBe(2);
  expect(first.lines.join(" ")).toContain("took its place");
});

test.each([
  [["connect", "0"], "A port is a number from 1 to 65535."],
  [["connect", "80", "--name", "No Name"], "A name is made of lower-case letters"],
  [["connect", "80", "--webrtc", "other"], "Allowed choices are auto, werift, native."],
  [["connect"], "Missing required argument 'port'"],
])("%j is a wrong use, with words", async (args, words) => {
  const command = start(args);
  expect(await command.ended).toBe(1);
  expect(command.lines.join(" ")).toContain(words);
});
