/**
 * A copy of a body that is made while somebody reads it. Invariant: a copy is whole or there is none, it never makes the
 * reader wait or the source go faster, and no more than `memoryBytes` of it are held in the worker's memory.
 */

/** Bytes beyond this leave the worker's memory for a Blob. */
const memoryBytes = 1024 * 1024;

/** A whole body. Chromium holds a worker up for more than a millisecond to make a Blob, so that is left for later. */
export interface WholeBody {
  readonly sizeBytes: number;
  /** Undefined where its reader has transferred a part of it. Once. */
  toBlob(): Blob | undefined;
}

/** A body that passes, and what will be left of it. */
export interface BodyCopy {
  readonly stream: ReadableStream<Uint8Array>;
  /** The whole body once it has been read to its end; undefined where it broke, was given up or is too long. */
  readonly whole: Promise<WholeBody | undefined>;
}

/** Copies `source`, which is taken over, up to `maxBytes`. */
export function copyBody(source: ReadableStream<Uint8Array>, maxBytes: number): BodyCopy {
  const reader = source.getReader();
  let settle: (whole: WholeBody | undefined) => void = () => undefined;
  const whole = new Promise<WholeBody | undefined>((resolve) => {
    settle = resolve;
  });
  let parts: BlobPart[] | undefined = [];
  let sizeBytes = 0;
  let inMemory = 0;
  const giveUp = (): void => {
    parts = undefined;
    settle(undefined);
  };
  const keep = (bytes: Uint8Array): void => {
    if (parts === undefined) return;
    sizeBytes += bytes.length;
    inMemory += bytes.length;
    if (sizeBytes > maxBytes) {
      giveUp();
      return;
    }
    parts.push(bytes as BlobPart);
    if (inMemory < memoryBytes) return;
    const blob = blobOf(parts, sizeBytes);
    inMemory = 0;
    if (blob === undefined) giveUp();
    else parts = [blob];
  };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        try {
          const { done, value } = await reader.read();
          if (!done) {
            keep(value);
            controller.enqueue(value);
            return;
          }
          const all = parts;
          settle(all && { sizeBytes, toBlob: () => blobOf(all, sizeBytes) });
          controller.close();
        } catch (error) {
          settle(undefined);
          controller.error(error);
        }
      },
      cancel: (reason) => {
        settle(undefined);
        return reader.cancel(reason);
      },
    },
    { highWaterMark: 0 },
  );
  return { stream, whole };
}

/** All parts as one; undefined where the reader has transferred the buffer of one, which is empty since. */
function blobOf(parts: BlobPart[], sizeBytes: number): Blob | undefined {
  try {
    const blob = new Blob(parts);
    return blob.size === sizeBytes ? blob : undefined;
  } catch {
    return undefined;
  }
}
