/**
 * Lines 28, 33, 49 and 73: what takes minutes by its nature, side by side. Service workers die of idleness, of events that take
 * too long and of requests without an answer; a debugger would keep them, so there is none.
 */
import { once } from "node:events";
import { hashOfDownload, pour } from "../../harness/paced-download.ts";
import type { LongLine } from "./long-line.ts";
import { types } from "./pages.ts";
import { runLongLines } from "./run-long-lines.ts";

const MiB = 1024 * 1024;
const largeBytes = 1024 * MiB;
const block = new Uint8Array(MiB).map((_, index) => (index * 7) & 255);
const largeDownload: LongLine = {
  number: 28,
  behaviour: "1 GiB down: every byte, with a reader that keeps nothing",
  serve: (target) =>
    target.on("/28/large", async ({ response }) => {
      response.writeHead(200, { ...types.bytes, "content-length": largeBytes });
      for (let sent = 0; sent < largeBytes && !response.destroyed; sent += block.length) {
        if (!response.write(block)) await once(response, "drain");
      }
      response.end();
    }),
  script: async () => {
    const response = await fetch("/28/large");
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let offset = 0;
    let wrong = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      for (let index = 0; index < part.value.length; index += 509) {
        if (part.value[index] !== ((((offset + index) % 1_048_576) * 7) & 255)) wrong += 1;
      }
      offset += part.value.length;
    }
    return { length: response.headers.get("content-length"), offset, wrong };
  },
  observe: ({ reported }) => reported,
  wanted: { length: String(largeBytes), offset: largeBytes, wrong: 0 },
};

const pollMs = 240_000;
const longPoll: LongLine = {
  number: 33,
  behaviour: "a long poll that the app answers after four minutes",
  serve: (target) =>
    target.on("/33/poll", ({ send }) => void setTimeout(() => send("late", types.text), pollMs).unref()),
  script: async () => (await fetch("/33/poll")).text(),
  observe: ({ reported }) => reported,
  wanted: "late",
};

const idleMs = 600_000;
const idleEvents: LongLine = {
  number: 49,
  behaviour: "a stream that is idle for ten minutes delivers its next event without a reconnect",
  serve: (target) =>
    target.on("/49/events", ({ response }) => {
      response.writeHead(200, types.events);
      response.write("data: first\n\n");
      setTimeout(() => response.end("data: late\n\n"), idleMs).unref();
    }),
  script: (via) =>
    new Promise((resolve) => {
      const seen: string[] = [];
      const source = new EventSource(`/49/events?${via}`);
      source.onmessage = (event) => {
        seen.push(event.data);
        if (event.data !== "late") return;
        source.close();
        resolve(seen);
      };
    }),
  observe: async ({ reported, target, via }) => {
    const data = await reported;
    return { data, requests: target.seen.filter(({ path }) => path === `/49/events?${via}`).length };
  },
  wanted: { data: ["first", "late"], requests: 1 },
};

const seconds = 305;
const bytesPerSecond = 256 * 1024;
const downloadBytes = seconds * bytesPerSecond;
const fileName = "five minutes.bin";
const longDownload: LongLine = {
  number: 73,
  behaviour: "a download of five minutes, read by the page and saved by the browser",
  serve: (target) => {
    target.on("/73/read", ({ response }) => pour(response, downloadBytes, bytesPerSecond));
    target.on("/73/saved", ({ response }) => {
      response.setHeader("content-disposition", `attachment; filename="${fileName}"`);
      pour(response, downloadBytes, bytesPerSecond);
    });
  },
  script: async () => {
    const link = document.createElement("a");
    link.href = "/73/saved";
    document.body.append(link);
    link.click();
    const response = await fetch("/73/read");
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const bytes = new Uint8Array(Number(response.headers.get("content-length")));
    let received = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      bytes.set(part.value, received);
      received += part.value.length;
    }
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
    return { received, hash: [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
  },
  observe: async ({ reported, saved }) => ({ read: await reported, saved: await saved(fileName) }),
  wanted: {
    read: { received: downloadBytes, hash: hashOfDownload(downloadBytes) },
    saved: hashOfDownload(downloadBytes),
  },
};

runLongLines([largeDownload, longPoll, idleEvents, longDownload]);
