/** What a Node viewer's download outlives: sleep, another network, the loss of signaling together with its path. */
import { fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { connectTunnel, type ServiceConnection } from "@culvert/peer-agent/viewer";
import { afterEach, expect, test } from "vitest";
import { type AgentStage, type AgentStageOptions, setAgentStage } from "../harness/agent-stage.ts";
import { hashOfDownload, pour } from "../harness/paced-download.ts";
import { type Link, startLink } from "../network/link.ts";

const mebibyte = 1024 * 1024;
const downloadBytes = 16 * mebibyte;
const bytesPerSecond = 4 * mebibyte;
const sleepMs = 10_000;

let stage: AgentStage;
let link: Link;
let service: ServiceConnection | undefined;

afterEach(async () => {
  await service?.close();
  service = undefined;
  await stage?.close();
  await link?.close();
});

async function setUp(options: Partial<AgentStageOptions> = {}): Promise<void> {
  link = await startLink({ seed: 6, conditions: { delayMs: 5 } });
  stage = await setAgentStage({
    ...{ library: "native", linkUrl: link.url, ...options },
    app: (_request, answer) => pour(answer, downloadBytes, bytesPerSecond),
  });
}

/** A viewer that keeps its paths, and the ids of its channels as they come up. */
async function connect(): Promise<{ readonly channels: readonly number[] }> {
  const channels: number[] = [];
  const { createSession, ownerHeaders: headers } = stage;
  service = await connectTunnel({ createSession, headers, webrtc: "native" });
  service.onEvent((event) => {
    if (event.type === "path-up" && event.path.kind === "direct") channels.push(event.path.pathId);
  });
  return { channels };
}

/** Downloads, and disturbs each time that a further part has come. Resolves with the hash of all. */
async function download(disturbances: readonly (() => Promise<unknown> | undefined)[]): Promise<string> {
  const answer = await service?.fetch("/");
  const hash = createHash("sha256");
  let received = 0;
  let done = 0;
  for await (const bytes of answer?.body ?? []) {
    hash.update(bytes);
    received += bytes.length;
    const disturb = disturbances[done];
    if (disturb === undefined || received < ((done + 1) * downloadBytes) / (disturbances.length + 1)) continue;
    await disturb();
    done += 1;
  }
  expect(done).toBe(disturbances.length);
  return hash.digest("hex");
}

test.each(["native", "werift"] as const)("a viewer's machine that sleeps for 10 s (%s)", async (library) => {
  await setUp({ library });
  const viewer = fork(fileURLToPath(new URL("../harness/sleeping-viewer-program.ts", import.meta.url)), {
    env: { ...process.env, WEBRTC: library, OWNER_HEADERS: JSON.stringify(stage.ownerHeaders) },
  });
  const ended = once(viewer, "exit");
  let hash: string | undefined;
  viewer.on("message", async (message: { type: string; deviceKey?: string; hash?: string }) => {
    if (message.type === "need-session") viewer.send(await stage.createSession(message.deviceKey ?? ""));
    if (message.type === "downloaded") hash = message.hash;
    if (message.type !== "begun") return;
    viewer.kill("SIGSTOP");
    setTimeout(() => viewer.kill("SIGCONT"), sleepMs);
  });
  await ended;
  expect(hash).toBe(hashOfDownload(downloadBytes));
  // The agent waited for it: the viewer opened one tunnel, and ended it itself.
  const tunnels = stage.events.filter(({ type }) => type === "viewer-opened" || type === "viewer-closed");
  expect(tunnels).toMatchObject([{ type: "viewer-opened" }, { type: "viewer-closed", code: "closed" }]);
});

test("other addresses on either side and on both, each time by a new channel", async () => {
  await setUp();
  const { channels } = await connect();
  const change = (of?: "viewer" | "agent") => () => link.changeAddress(of);
  expect(await download([change("viewer"), change("agent"), change(), change()])).toBe(hashOfDownload(downloadBytes));
  expect(channels.length).toBeGreaterThanOrEqual(3);
  expect(service?.state).toBe("open");
});

test("signaling that restarts at the moment in which the channel breaks", async () => {
  await setUp();
  const { channels } = await connect();
  const both = async () => {
    await link.swallowFlows();
    await stage.restartSignaling();
  };
  expect(await download([both, both])).toBe(hashOfDownload(downloadBytes));
  expect(channels.length).toBeGreaterThanOrEqual(3);
});

test("a hole of the whole link for longer than a path may be silent", async () => {
  await setUp();
  await connect();
  const hole = async () => {
    await link.blackHole();
    setTimeout(() => void link.heal(), 8_000);
  };
  expect(await download([hole])).toBe(hashOfDownload(downloadBytes));
  expect(service?.state).toBe("open");
});
