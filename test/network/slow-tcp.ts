/**
 * A TCP connection over a long way, without a network that is long: a forwarder on loopback that delays bytes and lets no
 * more of them be on their way than TCP's slow start would (RFC 6928, RFC 5681 §3.1). Nothing is lost and the rate has no
 * bound, so the window only grows. Invariant: it changes no byte and keeps their order, ends included.
 */
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

const segmentBytes = 1_460;
const firstWindowBytes = 10 * segmentBytes;

/** A forwarder that listens on 127.0.0.1. */
export interface SlowTcp {
  readonly port: number;
  close(): Promise<void>;
}

/** Starts one to a loopback port. `rttMs`: a round trip; opening a connection takes one as well. */
export async function startSlowTcp(options: { readonly targetPort: number; readonly rttMs: number }): Promise<SlowTcp> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const target = connect({ port: options.targetPort, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    const openAtMs = performance.now() + options.rttMs;
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.on("error", () => {
        client.destroy();
        target.destroy();
      });
      socket.on("close", () => sockets.delete(socket));
    }
    forward(client, target, { ...options, openAtMs });
    forward(target, client, { ...options, openAtMs: 0 });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/** One direction. `openAtMs`: the connection stands then, and nothing may leave before. */
function forward(
  from: Socket,
  to: Socket,
  { rttMs, openAtMs }: { readonly rttMs: number; readonly openAtMs: number },
): void {
  const waiting: Buffer[] = [];
  let windowBytes = firstWindowBytes;
  let onTheirWay = 0;
  let isEnded = false;
  const send = (): void => {
    while (onTheirWay < windowBytes) {
      const chunk = waiting.shift();
      if (chunk === undefined) break;
      const part = chunk.subarray(0, windowBytes - onTheirWay);
      if (part.length < chunk.length) waiting.unshift(chunk.subarray(part.length));
      onTheirWay += part.length;
      later(rttMs / 2, () => void to.write(part));
      later(rttMs, () => {
        onTheirWay -= part.length;
        windowBytes += part.length;
        send();
      });
    }
    if (isEnded && waiting.length === 0) {
      isEnded = false;
      later(rttMs / 2, () => void to.end());
    }
    if (waiting.length === 0) from.resume();
  };
  from.on("data", (chunk) => {
    waiting.push(chunk);
    // What waits is bounded by what a sender's own buffer would hold.
    if (waiting.length > 64) from.pause();
    const leftMs = openAtMs - performance.now();
    if (leftMs <= 0) send();
    else later(leftMs, send);
  });
  from.on("end", () => {
    isEnded = true;
    later(Math.max(0, openAtMs - performance.now()), send);
  });
}

/** Timers of Node fire up to a millisecond early or late, in order of their time. */
function later(ms: number, act: () => void): void {
  setTimeout(act, ms);
}
