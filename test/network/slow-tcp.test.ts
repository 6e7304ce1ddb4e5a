import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, expect, it } from "vitest";
import { startSlowTcp } from "./slow-tcp.ts";

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A server that answers every connection with so many bytes once it has heard something. */
async function answering(bytes: number, rttMs: number): Promise<number> {
  const server = createServer((socket) => {
    socket.once("data", () => socket.end(Buffer.alloc(bytes, 7)));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  const slow = await startSlowTcp({ targetPort: (server.address() as AddressInfo).port, rttMs });
  closing.push(slow.close);
  return slow.port;
}

/** How long an answer takes from the connection's start, and how long it is. */
async function ask(port: number): Promise<{ readonly bytes: number; readonly tookMs: number }> {
  const startedAtMs = performance.now();
  const socket = connect(port, "127.0.0.1").end("hello");
  let bytes = 0;
  socket.on("data", (chunk) => {
    bytes += chunk.length;
  });
  await once(socket, "close");
  return { bytes, tookMs: performance.now() - startedAtMs };
}

it("passes every byte and both ends", async () => {
  expect((await ask(await answering(1_000_000, 4))).bytes).toBe(1_000_000);
});

it("takes a round trip to connect, one to be answered, and one for each window of slow start", async () => {
  // 10 segments, 20, 40: what is more than 30 of them takes two round trips after the first bytes.
  const { tookMs } = await ask(await answering(31 * 1_460, 50));
  expect(tookMs).toBeGreaterThan(195);
});
