import { createServer, type Server, type Socket } from "node:net";
import { afterEach, expect, test, vi } from "vitest";
import { listen, sha256Hex } from "../testing/asking-viewer.ts";
import { streamPair } from "../testing/stream-pair.ts";
import { targetFor } from "../testing/target-world.ts";

// Real sockets: a machine under load is slow, and no test here measures time.
vi.setConfig({ testTimeout: 60_000 });

let server: Server | undefined;
afterEach(() => server?.close());

async function joined(onSocket: (socket: Socket) => void) {
  server = createServer({ allowHalfOpen: true }, onSocket);
  const target = targetFor({ type: "loopback", port: await listen(server) });
  const { viewer, agent } = streamPair("tcp");
  return { viewer, served: target.joinStream(agent) };
}

async function rest(viewer: { read(): Promise<Uint8Array | null> }): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let bytes = await viewer.read(); bytes !== null; bytes = await viewer.read()) parts.push(bytes);
  return Buffer.concat(parts);
}

test("carries bytes as they are both ways, and each direction ends apart", async () => {
  const big = Buffer.alloc(5 * 1024 * 1024, "\u0000\u00ff\r\n");
  const { viewer, served } = await joined((socket) => {
    const parts: Buffer[] = [];
    socket.on("data", (part: Buffer) => parts.push(part));
    // Only after the viewer's end: the other direction must still be open.
    socket.on("end", () => socket.end(Buffer.concat(parts)));
  });
  for (let at = 0; at < big.length; at += 65_536) await viewer.write(big.subarray(at, at + 65_536));
  viewer.end();
  expect(sha256Hex(await rest(viewer))).toBe(sha256Hex(big));
  await served;
});

test("a server that speaks first and ends first is heard", async () => {
  const said: string[] = [];
  const over = Promise.withResolvers<void>();
  const { viewer, served } = await joined((socket) => {
    socket.on("data", (part) => said.push(part.toString()));
    socket.on("end", () => over.resolve());
    socket.end("220 ready\r\n");
  });
  expect((await rest(viewer)).toString()).toBe("220 ready\r\n");
  await viewer.write(Buffer.from("still here"));
  viewer.end();
  await over.promise;
  await served;
  expect(said.join("")).toBe("still here");
});

test("a connection that breaks resets the stream", async () => {
  const { viewer, served } = await joined((socket) => socket.once("data", () => socket.resetAndDestroy()));
  await viewer.write(Buffer.from("x"));
  await expect(rest(viewer)).rejects.toMatchObject({ code: "target-aborted" });
  await served;
});

test("a viewer that goes away closes the connection", async () => {
  const gone = Promise.withResolvers<void>();
  const { viewer, served } = await joined((socket) => {
    socket.on("error", () => {});
    socket.on("close", () => gone.resolve());
    socket.resume();
    socket.write("hello");
  });
  await viewer.read();
  viewer.reset("canceled");
  await gone.promise;
  await served;
});

test("nobody there is told by its code", async () => {
  server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server?.close(resolve));
  const { viewer, agent } = streamPair("tcp");
  await targetFor({ type: "loopback", port }).joinStream(agent);
  await expect(viewer.read()).rejects.toMatchObject({ code: "target-unreachable" });
});

test("a slow viewer holds the target back", async () => {
  let sentBytes = 0;
  const blocked = Promise.withResolvers<void>();
  const { viewer } = await joined((socket) => {
    socket.on("error", () => {});
    const more = () => {
      while (sentBytes < 256 * 1024 * 1024) {
        sentBytes += 65_536;
        if (!socket.write(Buffer.alloc(65_536))) {
          socket.once("drain", more);
          setImmediate(() => setImmediate(blocked.resolve));
          return;
        }
      }
    };
    more();
  });
  await viewer.read();
  await blocked.promise;
  expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
  viewer.reset("canceled");
});
