/**
 * Bytes that are the same on every machine and every run, of any length and from any offset, so that a download's
 * SHA-256 is known before it starts. They are AES-128-CTR key stream, which a CPU makes faster than any network takes it.
 */
import { createCipheriv, createHash } from "node:crypto";
import { Readable } from "node:stream";

const key = Buffer.from("culvert showcase", "latin1");
const blockBytes = 16;
const chunkBytes = 64 * 1024;

/** A stream of the bytes `[offset, offset + lengthBytes)`; it makes a chunk when its reader asks for one. */
export function seededBytes(lengthBytes: number, offset = 0): Readable {
  return Readable.from(chunks(lengthBytes, offset), { objectMode: false, highWaterMark: 4 * chunkBytes });
}

/** SHA-256 of the first `lengthBytes`, hex. */
export function seededSha256(lengthBytes: number): string {
  const hash = createHash("sha256");
  for (const chunk of chunks(lengthBytes, 0)) hash.update(chunk);
  return hash.digest("hex");
}

function* chunks(lengthBytes: number, offset: number): Generator<Buffer> {
  const counter = Buffer.alloc(blockBytes);
  counter.writeBigUInt64BE(BigInt(Math.floor(offset / blockBytes)), 8);
  const cipher = createCipheriv("aes-128-ctr", key, counter);
  cipher.update(Buffer.alloc(offset % blockBytes));
  const zeros = Buffer.alloc(chunkBytes);
  for (let left = lengthBytes; left > 0; left -= chunkBytes) {
    yield cipher.update(left < chunkBytes ? zeros.subarray(0, left) : zeros);
  }
}
