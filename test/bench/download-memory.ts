/**
 * What the browser's processes hold while an app's page takes a GiB: read by the page, and saved by the browser as a file.
 * The figure of a process is the most it held at any time during the download, less what it held before. A hash that
 * differs, or progress that nobody sees, fails the bench.
 */
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createReadStream, mkdtempSync, rmSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isAppHost } from "../harness/app-host.ts";
import { type BarePage, openBarePage } from "../harness/bare-browser.ts";
import { pressOpen } from "../harness/bare-visit.ts";
import { type Culvert, startCulvert } from "../harness/culvert.ts";
import { waitUntil } from "../harness/wait-until.ts";
import { type HeldMemory, heldMemory } from "./held-memory.ts";
import { type InApp, nameRenderers } from "./named-renderers.ts";
import { type BenchRow, rowOf } from "./row.ts";

const mebibyte = 1024 * 1024;
const downloadBytes = 1024 * mebibyte;
/** A first one, so that what is started and compiled once is no part of the growth. */
const firstBytes = 16 * mebibyte;
const blockBytes = 64 * 1024;
const openMs = 60_000;
const downloadMs = 600_000;
const settleMs = 5_000;
const sampleMs = 250;
/** Renderers of no document that is known: the service worker's, where it has a process of its own. */
const otherRenderers = "service worker and other renderers";

/** What a download came to. */
interface Taken {
  readonly hash: string;
  /** How often its progress could be seen before its end. */
  readonly steps: number;
}

/** How a download is taken. */
export type DownloadWay = "read by the page" | "saved as a file";

/** Rows `download-memory`: one for each sort of process. */
export async function measureDownloadMemory(webrtc: "werift" | "native", way: DownloadWay): Promise<BenchRow[]> {
  const server = createServer((request, response) => serve(request.url ?? "/", response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const folder = mkdtempSync(join(tmpdir(), "culvert-files-"));
  const { port } = server.address() as AddressInfo;
  const culvert = await startCulvert({ appPort: port, webrtc, recording: "count" });
  let page: BarePage | undefined;
  try {
    const opened = await openBarePage(culvert.signInLink);
    page = opened;
    await pressOpen(opened);
    const inApp: InApp = (expression) => opened.evaluateInFrame((url) => isApp(url, culvert), expression);
    await waitUntil(
      "the app",
      async () => ((await inApp("true").catch(() => false)) === true ? true : undefined),
      openMs,
    );
    await readInPage(inApp, firstBytes);
    const names = await nameRenderers(opened, inApp);
    const take = () => (way === "saved as a file" ? save(opened, inApp, folder) : readInPage(inApp, downloadBytes));
    const growth = await growthDuring(opened.pid, names, take);
    return [...growth].map(([name, bytes]) => {
      // Pages and workers live in these; the others are the browser's own.
      const goal = /page|worker/i.test(name) ? { goal: "≤ 64 MiB" } : {};
      const labels = { bench: "download-memory", unit: "MiB", ...goal };
      return rowOf({ ...labels, case: `1 GiB ${way}, ${webrtc}: ${name}` }, [bytes / mebibyte]);
    });
  } finally {
    await page?.close();
    await culvert.stop();
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function isApp({ host, pathname }: URL, { dashboardHost }: Culvert): boolean {
  return isAppHost(host, dashboardHost) && pathname === "/";
}

/** Runs a download while memory is watched. Resolves with the largest growth of each process, in bytes, by its name. */
async function growthDuring(
  browserId: number,
  names: ReadonlyMap<number, string>,
  take: () => Promise<Taken>,
): Promise<ReadonlyMap<string, number>> {
  await setTimeout(settleMs);
  const nameOf = ({ id, type }: HeldMemory): string => names.get(id) ?? (type === "renderer" ? otherRenderers : type);
  const sums = (): ReadonlyMap<string, number> => {
    const held = Map.groupBy(heldMemory(browserId), nameOf);
    return new Map([...held].map(([name, processes]) => [name, processes.reduce((sum, { bytes }) => sum + bytes, 0)]));
  };
  const before = sums();
  const growth = new Map<string, number>();
  let isOver = false;
  const watch = async (): Promise<void> => {
    while (!isOver) {
      for (const [name, bytes] of sums()) {
        growth.set(name, Math.max(growth.get(name) ?? 0, bytes - (before.get(name) ?? 0)));
      }
      await setTimeout(sampleMs);
    }
  };
  const watching = watch();
  const { hash, steps } = await take().finally(() => {
    isOver = true;
  });
  await watching;
  if (hash !== hashOf(downloadBytes)) throw new Error("the download's hash is not what it should be");
  if (steps < 10) throw new Error(`the download's progress was seen ${steps} times only`);
  return growth;
}

async function readInPage(inApp: InApp, sizeBytes: number): Promise<Taken> {
  return (await inApp(`(${takeByReader})("/read/${sizeBytes}", ${mebibyte})`)) as Taken;
}

/** In the app's page: reads a download and hashes it block by block, so that nothing of it is kept. */
async function takeByReader(url: string, hashedBytes: number): Promise<Taken> {
  const response = await fetch(url, { cache: "no-store" });
  const total = Number(response.headers.get("content-length"));
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const block = new Uint8Array(hashedBytes);
  const digests = new Uint8Array((total / hashedBytes) * 32);
  let filled = 0;
  let blocks = 0;
  const steps = new Set<number>();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    for (let offset = 0; offset < part.value.length; ) {
      const run = part.value.subarray(offset, offset + hashedBytes - filled);
      block.set(run, filled);
      filled += run.length;
      offset += run.length;
      if (filled < hashedBytes) continue;
      digests.set(new Uint8Array(await crypto.subtle.digest("SHA-256", block)), blocks * 32);
      filled = 0;
      blocks += 1;
      steps.add(Math.floor((100 * blocks * hashedBytes) / total));
    }
  }
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", digests));
  return { hash: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join(""), steps: steps.size };
}

/** Follows a link to a file, as a person does, until the browser has saved it. */
async function save(page: BarePage, inApp: InApp, folder: string): Promise<Taken> {
  const over = Promise.withResolvers<string>();
  let steps = 0;
  page.onEvent("Browser.downloadProgress", ({ guid, state, receivedBytes, totalBytes }) => {
    if (state === "completed") over.resolve(String(guid));
    if (state === "canceled") over.reject(new Error("the browser broke the download off"));
    if (Number(receivedBytes) > 0 && Number(receivedBytes) < downloadBytes && totalBytes === downloadBytes) steps += 1;
  });
  const parameters = { behavior: "allowAndName", downloadPath: folder, eventsEnabled: true };
  await page.command("Browser.setDownloadBehavior", parameters);
  await inApp(`{
    const link = document.createElement("a");
    link.href = "/save/${downloadBytes}";
    document.body.append(link);
    link.click();
  }`);
  const late = setTimeout(downloadMs, undefined, { ref: false }).then(() => {
    throw new Error("the file was not saved in time");
  });
  const name = await Promise.race([over.promise, late]);
  const digests = createHash("sha256");
  for await (const block of createReadStream(join(folder, name), { highWaterMark: mebibyte })) {
    digests.update(createHash("sha256").update(block).digest());
  }
  return { hash: digests.digest("hex"), steps };
}

/** The hash of the hashes of each MiB: a page cannot hash more than it holds. */
function hashOf(sizeBytes: number): string {
  const digests = createHash("sha256");
  for (let offset = 0; offset < sizeBytes; offset += mebibyte) {
    const hash = createHash("sha256");
    for (let at = offset; at < offset + mebibyte; at += blockBytes) hash.update(blockAt(at));
    digests.update(hash.digest());
  }
  return digests.digest("hex");
}

function serve(url: string, response: ServerResponse): void {
  const [, way, size] = url.split("/");
  if (size === undefined) {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Large</title><h1>Large</h1>");
    return;
  }
  if (way === "save") response.setHeader("content-disposition", 'attachment; filename="large.bin"');
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": size });
  let offset = 0;
  const pump = (): void => {
    while (offset < Number(size) && !response.destroyed) {
      const hasRoom = response.write(blockAt(offset));
      offset += blockBytes;
      if (!hasRoom) return void response.once("drain", pump);
    }
    response.end();
  };
  pump();
}

function blockAt(offset: number): Buffer {
  return Buffer.alloc(blockBytes, `block at ${offset}, `);
}
