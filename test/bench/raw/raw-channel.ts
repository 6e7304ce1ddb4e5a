/**
 * The limit that the App View is measured against: a bare data channel between Chromium (in a worker) and the same
 * library in a process of its own. Invariant: same message size and queue as the tunnel's paths.
 */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import type { LibraryChoice } from "@culvert/peer-agent/webrtc";
import type { Browser } from "playwright-core";
import { type RemoteCandidate, selectedRemotes, watchPeerConnections } from "../../harness/peer-connections.ts";
import type { FromRawPeer, ToRawPeer } from "./raw-peer.ts";

/** A connected bare channel; both measures give MiB/s. */
export interface RawChannel {
  /** Agent side → page. */
  download(bytes: number): Promise<number>;
  /** Page → agent side. */
  upload(bytes: number): Promise<number>;
  /** Where the channel leads to. */
  remotes(): Promise<readonly RemoteCandidate[]>;
  close(): Promise<void>;
}

type PageFunctions = {
  raw: {
    offer(): Promise<string>;
    takeCandidates(): RTCIceCandidateInit[];
    accept(sdp: string): Promise<void>;
    addCandidate(candidate: RTCIceCandidateInit): Promise<void>;
    opened(): Promise<void>;
    receive(bytes: number): Promise<{ tookMs: number }>;
    send(bytes: number): Promise<void>;
  };
};

const folder = new URL(".", import.meta.url);
const mediaTypes: Record<string, string> = { html: "text/html", js: "text/javascript" };

/** Connects a page of this browser with a fresh child that runs the library, behind an impaired link if one is given. */
export async function connectRawChannel(
  browser: Browser,
  library: LibraryChoice,
  linkUrl?: string,
): Promise<RawChannel> {
  const server = createServer(async (request, response) => {
    const file = request.url === "/" ? "page.html" : (request.url ?? "").slice(1);
    const type = mediaTypes[file.split(".").at(-1) ?? ""];
    if (!/^[a-z]+\.(html|js)$/.test(file) || type === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": type }).end(await readFile(new URL(file, folder)));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const context = await browser.newContext();
  await watchPeerConnections(context);
  const page = await context.newPage();
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);

  const child = fork(
    fileURLToPath(new URL("raw-peer.ts", folder)),
    [library, ...(linkUrl === undefined ? [] : [linkUrl])],
    { serialization: "json" },
  );
  const tell = (message: ToRawPeer): void => void child.send(message);
  child.on("message", (message: FromRawPeer) => {
    if (message.type !== "candidate") return;
    const { candidate } = message;
    if (candidate.candidate === "") return;
    void page.evaluate((line) => (globalThis as unknown as PageFunctions).raw.addCandidate(line), candidate);
  });
  const answered = saidBy(child, "answer");
  const opened = saidBy(child, "open");
  tell({ type: "offer", sdp: await page.evaluate(() => (globalThis as unknown as PageFunctions).raw.offer()) });
  const { sdp } = await answered;
  await page.evaluate((answer) => (globalThis as unknown as PageFunctions).raw.accept(answer), sdp);
  const trickle = setInterval(async () => {
    const lines = await page.evaluate(() => (globalThis as unknown as PageFunctions).raw.takeCandidates());
    for (const { candidate = "", sdpMid = null, sdpMLineIndex = null } of lines)
      tell({ type: "candidate", candidate: { candidate, sdpMid, sdpMLineIndex } });
  }, 20);
  await Promise.all([opened, page.evaluate(() => (globalThis as unknown as PageFunctions).raw.opened())]);
  clearInterval(trickle);

  return {
    async download(bytes) {
      const received = page.evaluate((count) => (globalThis as unknown as PageFunctions).raw.receive(count), bytes);
      // The page must count before the first byte comes: one round trip through it makes sure.
      await page.evaluate(() => 0);
      tell({ type: "send", bytes });
      return mebibytesPerSecond(bytes, (await received).tookMs);
    },
    async upload(bytes) {
      const received = saidBy(child, "received");
      tell({ type: "expect", bytes });
      const startedAtMs = performance.now();
      await page.evaluate((count) => (globalThis as unknown as PageFunctions).raw.send(count), bytes);
      await received;
      return mebibytesPerSecond(bytes, performance.now() - startedAtMs);
    },
    remotes: () => selectedRemotes(page),
    async close() {
      child.disconnect();
      await Promise.all([once(child, "exit"), context.close()]);
      server.close();
    },
  };
}

/** MiB/s from bytes and milliseconds. */
export function mebibytesPerSecond(bytes: number, tookMs: number): number {
  return bytes / 1_048_576 / (tookMs / 1000);
}

function saidBy<T extends FromRawPeer["type"]>(
  child: ChildProcess,
  type: T,
): Promise<Extract<FromRawPeer, { type: T }>> {
  return new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error(`the raw peer ended before it said ${type}`));
    child.once("exit", onExit);
    child.on("message", function listen(message: FromRawPeer) {
      if (message.type !== type) return;
      child.off("message", listen);
      child.off("exit", onExit);
      resolve(message as Extract<FromRawPeer, { type: T }>);
    });
  });
}
