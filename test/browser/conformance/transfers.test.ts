/** Lines 26, 27, 29 and 30: bodies that stream, are read slowly, or are sent while a page goes. */
import { createHash } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { vi } from "vitest";
import type { Line } from "./line.ts";
import { document, types } from "./pages.ts";
import { runLines } from "./run-lines.ts";

const MiB = 1024 * 1024;

const streamedUpload: Line = {
  number: 26,
  behaviour: "an upload from a ReadableStream (half duplex) arrives whole, and as it is written",
  serve: (target) =>
    target.on("/26/upload", async ({ body, send }) =>
      send(
        createHash("sha256")
          .update(await body())
          .digest("hex"),
        types.text,
      ),
    ),
  observe: async ({ app }) =>
    app.evaluate(async () => {
      const parts = ["one ", "two ", "three"].map((text) => new TextEncoder().encode(text));
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          const part = parts.shift();
          if (part === undefined) controller.close();
          else controller.enqueue(part);
        },
      });
      return fetch("/26/upload", { method: "POST", body, duplex: "half" } as RequestInit).then(
        (response) => response.text(),
        (error: Error) => error.name,
      );
    }),
  wanted: "TypeError",
  note: "Chromium refuses a streamed upload over HTTP/1.1, which is what the app speaks directly; the tunnel carries it.",
  through: {
    type: "by-design",
    wanted: createHash("sha256").update("one two three").digest("hex"),
    why: "Chromium streams uploads over HTTP/2 and later alone (ERR_H2_OR_QUIC_REQUIRED); through the tunnel they work.",
    link: "https://developer.chrome.com/docs/capabilities/web-apis/fetch-streaming-requests#doesnt_work_on_http1x",
  },
};

/** More than fits between a browser and an app that takes it step by step. */
const uploadBytes = 16 * MiB;
const uploadProgress: Line = {
  number: 27,
  behaviour: "XMLHttpRequest upload progress rises with what the app has taken",
  serve: (target) =>
    target.on("/27/upload", async ({ request, send }) => {
      let taken = 0;
      for await (const part of request) {
        const before = taken;
        taken += (part as Buffer).length;
        // It takes a MiB, then pauses: a body that passed at once would have no progress.
        if (Math.floor(taken / MiB) > Math.floor(before / MiB)) await delay(30);
      }
      send(String(taken), types.text);
    }),
  observe: async ({ app }) =>
    app.evaluate(async (bytes) => {
      const request = new XMLHttpRequest();
      const loaded: number[] = [];
      const order: string[] = [];
      request.upload.onprogress = (event) => loaded.push(event.loaded);
      request.upload.onloadstart = () => order.push("upload loadstart");
      request.upload.onload = () => order.push("upload load");
      request.onload = () => order.push("load");
      request.open("POST", "/27/upload");
      await new Promise((resolve) => {
        request.onloadend = resolve;
        request.send(new Uint8Array(bytes));
      });
      const isRising = loaded.every((value, index) => index === 0 || value >= (loaded[index - 1] ?? 0));
      return { text: request.responseText, order, isRising, several: loaded.length > 1, last: loaded.at(-1) };
    }, uploadBytes),
  wanted: {
    text: String(uploadBytes),
    order: ["upload loadstart", "upload load", "load"],
    isRising: true,
    several: true,
    last: uploadBytes,
  },
};

const block = new Uint8Array(MiB);
const slowReader: Line = {
  number: 29,
  behaviour: "a reader that stops holds the app back: what the app could send stays bounded",
  serve: (target) =>
    target.on("/29/flood", ({ response, url }) => {
      response.writeHead(200, types.bytes);
      let sent = 0;
      const write = (): void => {
        let hasRoom = true;
        while (hasRoom && !response.destroyed && sent < floodBytes) {
          hasRoom = response.write(block);
          sent += block.length;
          sentBytes.set(url.search, sent);
        }
      };
      response.on("drain", write);
      write();
    }),
  observe: async ({ app, via }) => {
    const query = `?${via}${crypto.randomUUID()}`;
    await app.evaluate(async (search) => {
      const { body } = await fetch(`/29/flood${search}`);
      const reader = (body as ReadableStream<Uint8Array>).getReader();
      await reader.read();
      Object.assign(window, { floodReader: reader });
    }, query);
    let last = -1;
    await vi.waitUntil(
      () => {
        const now = sentBytes.get(query) ?? 0;
        const isStill = now === last;
        last = now;
        return isStill;
      },
      { timeout: 30_000, interval: 1_500 },
    );
    const isMoving = await app.evaluate(
      async (until) => {
        const { floodReader } = window as unknown as { floodReader: ReadableStreamDefaultReader<Uint8Array> };
        let read = 0;
        while (read < until) read += (await floodReader.read()).value?.length ?? until;
        await floodReader.cancel();
        return read < 2 * until;
      },
      last + 32 * MiB,
    );
    return { isHeldBack: last < heldBytes, isMoving };
  },
  wanted: { isHeldBack: true, isMoving: true },
};
const floodBytes = 512 * MiB;
/** Chromium itself reads some 64 MiB ahead of a page that stops, beside the app as through the tunnel. */
const heldBytes = 128 * MiB;
const sentBytes = new Map<string, number>();

const atUnload: Line = {
  number: 30,
  behaviour: "sendBeacon and fetch with keepalive arrive although the page goes",
  serve: (target) => {
    for (const name of ["beacon", "keepalive"]) {
      target.on(`/30/${name}`, async ({ body, send }) => {
        await body();
        send("", types.text);
      });
    }
    target.on(
      "/30/",
      document(`<script>addEventListener("pagehide", () => {
        navigator.sendBeacon("beacon", "bye");
        void fetch("keepalive", { method: "POST", body: "bye too", keepalive: true });
      });</script>`),
    );
  },
  observe: async ({ goto, target }) => {
    await goto("/30/");
    await goto("/");
    const bodies = (): (string | undefined)[] =>
      ["beacon", "keepalive"].map((name) => target.seenAt(`/30/${name}`)[0]?.body?.toString());
    await vi.waitUntil(() => bodies().every((body) => body !== undefined), { timeout: 10_000 });
    return bodies();
  },
  wanted: ["bye", "bye too"],
};

runLines("transfers", [streamedUpload, uploadProgress, slowReader, atUnload]);
