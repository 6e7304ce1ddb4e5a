/** Looks at the start of a stream without losing a byte of it. */

/** The bytes seen so far, and a stream of the whole. */
export interface PeekedStream {
  readonly start: Uint8Array;
  readonly stream: ReadableStream<Uint8Array>;
}

/**
 * Reads until `isEnough` of what was read, the end, an error, or `deadline`. The stream given back replays it,
 * errors as the source does, and cancels the source.
 */
export async function peekStream(
  source: ReadableStream<Uint8Array>,
  isEnough: (start: Uint8Array) => boolean,
  deadline: Promise<void>,
): Promise<PeekedStream> {
  const reader = source.getReader();
  const stop = deadline.then(() => undefined);
  let start = new Uint8Array(0);
  let pending: Promise<ReadableStreamReadResult<Uint8Array>> | undefined;
  for (;;) {
    pending = reader.read();
    // A failure is kept for the one who reads the stream.
    const result = await Promise.race([pending.catch(() => undefined), stop]);
    if (result === undefined || result.done) break;
    pending = undefined;
    start = joined(start, result.value);
    if (isEnough(start)) break;
  }
  return { start, stream: replay(start, pending, reader) };
}

function replay(
  start: Uint8Array,
  pending: Promise<ReadableStreamReadResult<Uint8Array>> | undefined,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): ReadableStream<Uint8Array> {
  let next = pending;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        if (start.length > 0) controller.enqueue(start);
      },
      async pull(controller) {
        const result = await (next ?? reader.read());
        next = undefined;
        if (result.done) controller.close();
        else controller.enqueue(result.value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}
