import { describe, expect, test } from "vitest";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createMemoryPathPair } from "../testing/memory-path.ts";
import { plainCipher } from "../testing/plain-cipher.ts";
import type { ByteStream } from "./byte-stream.ts";
import { createEndpoint } from "./endpoint.ts";

function pair() {
  const clock = createFakeClock();
  const tunnelId = new Uint8Array(16);
  const viewer = createEndpoint({ role: "viewer", tunnelId, clock, relayPolicy: "handshake-only" });
  const agent = createEndpoint({ role: "agent", tunnelId, clock, relayPolicy: "handshake-only" });
  const connect = (pathId: number, kind: "relay" | "direct") => {
    const pipe = createMemoryPathPair({ kind, clock, delayMs: 5 });
    viewer.addSealedPath({ pathId, path: pipe.first, ...plainCipher });
    agent.addSealedPath({ pathId, path: pipe.second, ...plainCipher });
    return pipe;
  };
  return { clock, viewer, agent, connect };
}

async function readAll(stream: ByteStream): Promise<Uint8Array> {
  const chunks: number[] = [];
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) chunks.push(...bytes);
  return Uint8Array.from(chunks);
}

describe("endpoint", () => {
  test("carries a stream both ways over a direct path", async () => {
    const { clock, viewer, agent, connect } = pair();
    connect(1, "direct");
    agent.onStream(async (stream) => {
      const bytes = await readAll(stream);
      await stream.write(bytes.reverse());
      stream.end();
    });
    const stream = viewer.openStream("tcp");
    void stream.write(Uint8Array.of(1, 2, 3));
    stream.end();
    const answer = readAll(stream);
    await clock.advance(100);
    expect(await answer).toEqual(Uint8Array.of(3, 2, 1));
    await stream.closed;
  });
});
