/** Files in both directions, each with its SHA-256, so that both ends can say whether every byte arrived. */
import { createHash } from "node:crypto";
import { type Exchange, sendJson, sendRepresentation } from "./exchange.ts";
import { seededBytes, seededSha256 } from "./seeded-bytes.ts";

const maxDownloadBytes = 4 * 1024 ** 3;
const hashes = new Map<number, string>();

/** Hashes a body while it comes in and answers `{sizeBytes, sha256}`. */
export async function takeUpload(exchange: Exchange): Promise<void> {
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const part of exchange.request) {
    sizeBytes += part.length;
    hash.update(part);
  }
  sendJson(exchange, { sizeBytes, sha256: hash.digest("hex") });
}

/** `/download/<bytes>`: that many known bytes as an attachment; ranges work. */
export async function sendDownload(exchange: Exchange): Promise<void> {
  const sizeBytes = readSize(exchange.url.pathname);
  if (sizeBytes === undefined) {
    sendJson(exchange, { error: `A size in bytes up to ${maxDownloadBytes} belongs into the address.` }, 404);
    return;
  }
  await sendRepresentation(exchange, {
    contentType: "application/octet-stream",
    sizeBytes,
    etag: `"seeded-${sizeBytes}"`,
    headers: { "content-disposition": `attachment; filename="showcase-${sizeBytes}.bin"` },
    read: (first, last) => seededBytes(last - first + 1, first),
  });
}

/** `/api/downloads/<bytes>`: `{sizeBytes, sha256}` of that download. */
export function sendDownloadHash(exchange: Exchange): void {
  const sizeBytes = readSize(exchange.url.pathname);
  if (sizeBytes === undefined) {
    sendJson(exchange, { error: `A size in bytes up to ${maxDownloadBytes} belongs into the address.` }, 404);
    return;
  }
  const sha256 = hashes.get(sizeBytes) ?? seededSha256(sizeBytes);
  hashes.set(sizeBytes, sha256);
  sendJson(exchange, { sizeBytes, sha256 });
}

function readSize(path: string): number | undefined {
  const size = Number(/\/(\d{1,10})$/.exec(path)?.[1] ?? Number.NaN);
  return Number.isSafeInteger(size) && size > 0 && size <= maxDownloadBytes ? size : undefined;
}
