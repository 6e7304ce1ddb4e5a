/** HTTP exchanges over a scripted tunnel, for cases that look at something else. */
import { type RequestHead, recordTypes } from "@culvert/protocol/http";
import { ConformanceFailure } from "./conformance-case.ts";
import { joined, readAnswer, record, requestHead, type SeenAnswer } from "./records.ts";
import type { ScriptedPath } from "./scripted-path.ts";
import { nameOf, type ScriptedTunnel } from "./scripted-tunnel.ts";

export interface ExchangeOptions {
  readonly head?: Partial<RequestHead>;
  readonly body?: Uint8Array;
  readonly path?: ScriptedPath;
}

/** Sends a whole request on a fresh stream; gives the stream's id. */
export function sendRequest(tunnel: ScriptedTunnel, path: string, options: ExchangeOptions = {}): number {
  const id = tunnel.nextStreamId();
  const { head = {}, body } = options;
  const hasBody = body !== undefined;
  const bytes = requestHead(path, { hasBody, ...(hasBody ? { method: "POST" } : {}), ...head });
  const whole = hasBody ? joined(bytes, record(recordTypes.data, body)) : bytes;
  tunnel.write(id, "http", whole, { end: true, ...(options.path && { path: options.path }) });
  return id;
}

/** Waits for the whole answer of a stream. */
export async function wholeAnswer(tunnel: ScriptedTunnel, id: number): Promise<SeenAnswer> {
  return tunnel.until(`the answer on stream ${id}`, () => {
    const stream = tunnel.stream(id);
    if (stream.resets.length > 0) {
      throw new ConformanceFailure(
        `stream ${id} was reset with ${nameOf(stream.resets[0] ?? 0)}, an answer was expected`,
      );
    }
    return stream.isEnded ? readAnswer(stream.bytes) : undefined;
  });
}

/** A request and its whole answer. A failure is an answer too: the tunnel works. */
export async function exchange(
  tunnel: ScriptedTunnel,
  path: string,
  options: ExchangeOptions = {},
): Promise<SeenAnswer> {
  return wholeAnswer(tunnel, sendRequest(tunnel, path, options));
}

/** The tunnel still serves requests. */
export async function stillServes(tunnel: ScriptedTunnel): Promise<void> {
  const answer = await exchange(tunnel, "/still-there");
  if (answer.head === undefined && !answer.hasFailure) {
    throw new ConformanceFailure("the tunnel should live on, but a request on it got an answer without a head");
  }
}
