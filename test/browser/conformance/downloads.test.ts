/** Lines 71, 72 and 74: downloads, and media that seek. */
import type { Page } from "playwright-core";
import type { Line } from "./line.ts";
import { document, fixed, types } from "./pages.ts";
import { runLines } from "./run-lines.ts";

/** Name and content of the download that an action starts. */
async function downloadOf(page: Page, action: () => Promise<unknown>): Promise<readonly [string, string]> {
  const [download] = await Promise.all([page.waitForEvent("download", { timeout: 20_000 }), action()]);
  const parts: Buffer[] = [];
  for await (const part of await download.createReadStream()) parts.push(part as Buffer);
  return [download.suggestedFilename(), Buffer.concat(parts).toString()];
}

const attachments: Line = {
  number: 71,
  behaviour: "attachments, with names in UTF-8, by link and by form",
  serve: (target) => {
    const named = (disposition: string) => fixed("content", { ...types.bytes, "content-disposition": disposition });
    target.on("/71/plain", named('attachment; filename="plain.txt"'));
    target.on("/71/utf8", named("attachment; filename=\"x.txt\"; filename*=UTF-8''gr%C3%BC%C3%9Fe%20%F0%9F%8E%88.txt"));
    target.on("/71/unnamed.bin", named("attachment"));
    target.on("/71/posted", named('attachment; filename="posted.txt"'));
    target.on(
      "/71/",
      document(`${["plain", "utf8", "unnamed.bin"].map((name) => `<a href="${name}">${name}</a> `).join("")}
        <form method="post" action="posted"><button>post</button></form>`),
    );
  },
  observe: async ({ goto, page }) => {
    const app = await goto("/71/");
    const outcomes: unknown[] = [];
    for (const name of ["plain", "utf8", "unnamed.bin"]) {
      outcomes.push(await downloadOf(page, () => app.click(`a[href="${name}"]`)));
    }
    outcomes.push(await downloadOf(page, () => app.click("button")));
    return outcomes;
  },
  wanted: [
    ["plain.txt", "content"],
    ["grüße 🎈.txt", "content"],
    ["unnamed.bin", "content"],
    ["posted.txt", "content"],
  ],
};

const downloadLinks: Line = {
  number: 72,
  behaviour: "a[download], also clicked by script and with blob: and data: addresses",
  serve: (target) => {
    target.on("/72/file.txt", fixed("file", types.text));
    target.on(
      "/72/",
      document(`<a id="named" href="file.txt" download="own name.txt">a</a><a id="bare" href="file.txt" download>b</a>
        <a id="data" href="data:text/plain,data" download="data.txt">c</a>
        <script>const link = document.createElement("a"); link.id = "blob"; link.textContent = "d"; link.download = "blob.txt";
        link.href = URL.createObjectURL(new Blob(["blob"])); document.body.append(link);
        window.detached = () => { const a = document.createElement("a"); a.href = "file.txt"; a.download = "detached.txt"; a.click(); };</script>`),
    );
  },
  observe: async ({ goto, page }) => {
    const app = await goto("/72/");
    const outcomes: unknown[] = [];
    for (const id of ["named", "bare", "data", "blob"])
      outcomes.push(await downloadOf(page, () => app.click(`#${id}`)));
    outcomes.push(
      await downloadOf(page, () => app.evaluate(() => (window as unknown as { detached(): void }).detached())),
    );
    return outcomes;
  },
  wanted: [
    ["own name.txt", "file"],
    ["file.txt", "file"],
    ["data.txt", "data"],
    ["blob.txt", "blob"],
    ["detached.txt", "file"],
  ],
};

/** Sixty seconds of silence with a header, 8 kHz mono 8 bit. */
function silence(): Buffer {
  const samples = 8_000 * 60;
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(1, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(8_000, 28);
  header.writeUInt16LE(1, 32);
  header.writeUInt16LE(8, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples, 40);
  return Buffer.concat([header, Buffer.alloc(samples, 128)]);
}

const media: Line = {
  number: 74,
  behaviour: "media seek by Range; 206, suffix ranges, several ranges and 416 reach the page as the app gave them",
  serve: (target) => {
    const wave = silence();
    target.on("/74/sound.wav", ({ request, send }) => {
      const headers = { "content-type": "audio/wav", "accept-ranges": "bytes" };
      const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
      if (match === null) return send(wave, headers);
      const [, from = "", to = ""] = match;
      const start = from === "" ? wave.length - Number(to) : Number(from);
      const end = from === "" || to === "" ? wave.length - 1 : Math.min(Number(to), wave.length - 1);
      if (start >= wave.length) return send("", { "content-range": `bytes */${wave.length}` }, 416);
      send(wave.subarray(start, end + 1), { ...headers, "content-range": `bytes ${start}-${end}/${wave.length}` }, 206);
    });
  },
  observe: async ({ app }) =>
    app.evaluate(async () => {
      const part = async (range: string) => {
        const response = await fetch("/74/sound.wav", { headers: { range } });
        return [response.status, response.headers.get("content-range"), (await response.arrayBuffer()).byteLength];
      };
      const player = new Audio("/74/sound.wav");
      player.preload = "metadata";
      await new Promise((resolve, reject) => {
        player.onloadedmetadata = resolve;
        player.onerror = () => reject(new Error(player.error?.message));
      });
      player.currentTime = 45;
      await new Promise((resolve) => {
        player.onseeked = resolve;
      });
      return {
        seek: [player.duration, player.currentTime, player.seekable.end(0)],
        part: await part("bytes=100-199"),
        suffix: await part("bytes=-50"),
        beyond: await part("bytes=99999999-"),
      };
    }),
  wanted: {
    seek: [60, 45, 60],
    part: [206, "bytes 100-199/480044", 100],
    suffix: [206, "bytes 479994-480043/480044", 50],
    beyond: [416, "bytes */480044", 0],
  },
};

runLines("downloads", [attachments, downloadLinks, media]);
