/** A download at a bounded rate, of which every block is like no other. */
import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";

const paceMs = 25;
const blockBytes = 64 * 1024;

/** SHA-256 of a download of so many bytes, in hex. */
export function hashOfDownload(sizeBytes: number): string {
  const hash = createHash("sha256");
  for (let offset = 0; offset < sizeBytes; offset += blockBytes) hash.update(blockAt(offset, sizeBytes));
  return hash.digest("hex");
}

/** Sends a download no faster than the rate; what waited while nothing was taken is not made up for. */
export function pour(response: ServerResponse, sizeBytes: number, bytesPerSecond: number): void {
  response.writeHead(200, { "content-type": "application/octet-stream", "content-length": sizeBytes });
  let offset = 0;
  let allowedBytes = 0;
  const timer = setInterval(() => {
    allowedBytes = Math.min(allowedBytes + (bytesPerSecond * paceMs) / 1000, 2 * blockBytes);
    while (offset < sizeBytes && allowedBytes >= blockBytes && !response.writableNeedDrain) {
      const block = blockAt(offset, sizeBytes);
      response.write(block);
      offset += block.length;
      allowedBytes -= block.length;
    }
    if (offset < sizeBytes) return;
    clearInterval(timer);
    response.end();
  }, paceMs);
  response.on("close", () => clearInterval(timer));
}

/** A block that is like no other: its place stands in it again and again. */
function blockAt(offset: number, sizeBytes: number): Buffer {
  return Buffer.alloc(Math.min(blockBytes, sizeBytes - offset), `block at ${offset}, `);
}
