import { describe, expect, it } from "vitest";
import type { TunnelError } from "../errors.ts";
import type { MessageOpener, MessageSealer } from "../seal/message-cipher.ts";
import { createFakeClock } from "../testing/fake-clock.ts";
import { createMemoryPathPair, type MemoryPathOptions } from "../testing/memory-path.ts";
import { plainCipher } from "../testing/plain-cipher.ts";
import { ascii } from "../testing/tunnel-dialogue.ts";
import type { ByteStream } from "./byte-stream.ts";
import { createEndpoint } from "./endpoint.ts";
import type { EndpointEvent } from "./endpoint-api.ts";

interface Cipher {
  readonly sealer: MessageSealer;
  readonly opener: MessageOpener;
}

/** Both sides of a tunnel on one fake clock. */
function bothSides() {
  const clock = createFakeClock();
  const tunnelId = new Uint8Array(16);
  const viewer = createEndpoint({ role: "viewer", tunnelId, clock, relayPolicy: "handshake-only" });
  const agent = createEndpoint({ role: "agent", tunnelId, clock, relayPolicy: "handshake-only" });
  const connect = (pathId: number, options: MemoryPathOptions = {}, cipher: Cipher = plainCipher) => {
    const pipe = createMemoryPathPair({ clock, delayMs: 5, ...options });
    viewer.addSealedPath({ pathId, path: pipe.first, ...cipher });
    agent.addSealedPath({ pathId, path: pipe.second, ...cipher });
    return pipe;
  };
  const events: string[] = [];
  viewer.onEvent((event) => events.push(shortly(event)));
  return { clock, viewer, agent, connect, events };
}

function shortly(event: EndpointEvent): string {
  if (event.type === "path-up" || event.type === "path-rtt") return `${event.type} ${event.path.pathId}`;
  if (event.type === "path-down") return `${event.type} ${event.path.pathId} ${event.code}`;
  if (event.type === "state") return event.state;
  return event.type === "closed" ? `closed ${event.error.code}` : event.type;
}

async function readAll(stream: ByteStream): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) chunks.push(bytes);
  return new Uint8Array(await new Blob(chunks.map((chunk) => chunk.slice())).arrayBuffer());
}

/** The agent sends back what it reads. */
function echo(stream: ByteStream): void {
  const run = async (): Promise<void> => {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await stream.write(bytes);
    stream.end();
  };
  run().catch(() => {});
}

describe("streams of an endpoint", () => {
  it("carry bytes both ways and close in order", async () => {
    const { clock, viewer, agent, connect } = bothSides();
    connect(1);
    agent.onStream(echo);
    const stream = viewer.openStream("tcp");
    stream.write(ascii("hello"));
    stream.end();
    const answer = readAll(stream);
    await clock.advance(100);
    expect(await answer).toEqual(ascii("hello"));
    await expect(stream.closed).resolves.toBeUndefined();
    expect(await stream.read(), "END stays the answer").toBeNull();
    expect(stream.acknowledgedBytes()).toBe(5);
  });

  it("reach an application that asks for them late", async () => {
    const { clock, viewer, agent, connect } = bothSides();
    connect(1);
    viewer.openStream("http").write(ascii("early"));
    await clock.advance(50);
    const taken: ByteStream[] = [];
    agent.onStream((stream) => taken.push(stream));
    expect(taken.map(({ id, kind }) => [id, kind])).toEqual([[2, "http"]]);
    expect(await taken[0]?.read()).toEqual(ascii("early"));
  });

  it("hold a writer back at the peer's window until the peer reads", async () => {
    const { clock, viewer, agent, connect } = bothSides();
    connect(1);
    let accepted: ByteStream | undefined;
    agent.onStream((stream) => {
      accepted = stream;
    });
    const stream = viewer.openStream("http");
    let written = 0;
    const writing = (async () => {
      for (let count = 0; count < 8; count++) {
        await stream.write(new Uint8Array(64 * 1024));
        written += 1;
      }
    })();
    await clock.advance(1_000);
    expect(written, "256 KiB fit the first window").toBe(4);
    let read = 0;
    while (read < 128 * 1024) read += (await accepted?.read())?.length ?? 0;
    await clock.advance(1_000);
    expect(written).toBe(6);
    stream.reset("canceled");
    await expect(writing).rejects.toMatchObject({ code: "canceled", scope: "stream" });
  });

  it("tell the peer's code on reset, to reads, writes and closed", async () => {
    const { clock, viewer, agent, connect } = bothSides();
    connect(1);
    agent.onStream((stream) => stream.reset("target-unreachable"));
    const stream = viewer.openStream("http");
    const reading = stream.read();
    await clock.advance(50);
    const failure = { code: "target-unreachable", scope: "stream", origin: "remote" };
    await expect(reading).rejects.toMatchObject(failure);
    await expect(stream.write(ascii("x"))).rejects.toMatchObject(failure);
    await expect(stream.closed).rejects.toMatchObject(failure);
  });

  it("stop one direction and keep the other", async () => {
    const { clock, viewer, agent, connect } = bothSides();
    connect(1);
    agent.onStream((stream) => {
      stream.stop("policy");
      stream.write(ascii("no upload please"));
      stream.end();
    });
    const stream = viewer.openStream("http");
    const answer = readAll(stream);
    await clock.advance(50);
    await expect(stream.write(ascii("body"))).rejects.toMatchObject({ code: "policy", origin: "remote" });
    expect(await answer).toEqual(ascii("no upload please"));
    await expect(stream.closed).rejects.toMatchObject({ code: "policy" });
  });

  it("refuse a second read at a time and a write after end", async () => {
    const { viewer, connect } = bothSides();
    connect(1);
    const stream = viewer.openStream("http");
    stream.read().catch(() => {});
    await expect(stream.read()).rejects.toMatchObject({ code: "invalid-request" });
    stream.end();
    await expect(stream.write(ascii("x"))).rejects.toMatchObject({ code: "invalid-request" });
  });
});

describe("paths of an endpoint", () => {
  it("carry control over the relay at once and app streams when a direct path is up", async () => {
    const { clock, viewer, agent, connect, events } = bothSides();
    connect(1, { kind: "relay" });
    agent.onStream(echo);
    viewer.control.write(ascii("offer"));
    const stream = viewer.openStream("http");
    stream.write(ascii("waits"));
    await clock.advance(200);
    expect(await agent.control.read()).toEqual(ascii("offer"));
    expect(events).toEqual(["attached", "path-up 1", "path-rtt 1"]);
    connect(2, { kind: "direct" });
    const answer = stream.read();
    await clock.advance(200);
    expect(await answer).toEqual(ascii("waits"));
    expect(events.slice(3)).toEqual(["path-up 2", "app-ready", "path-rtt 2"]);
    expect(viewer.paths()).toMatchObject([
      { pathId: 1, kind: "relay", state: "active", rttMs: 10 },
      { pathId: 2, kind: "direct", state: "active", rttMs: 10 },
    ]);
  });

  it("die without harm: a download goes on over the next path, byte for byte", async () => {
    const { clock, viewer, agent, connect, events } = bothSides();
    const pipe = connect(1);
    const sent = Uint8Array.from({ length: 700_000 }, (_, index) => (index * 7) % 251);
    agent.onStream(async (stream) => {
      await stream.write(sent);
      stream.end();
    });
    const stream = viewer.openStream("http");
    const received = readAll(stream);
    await clock.advance(12);
    pipe.cut();
    await clock.advance(1_000);
    connect(2);
    await clock.advance(1_000);
    expect(await received).toEqual(sent);
    expect(events).toContain("path-down 1 network");
    expect(events).toContain("detached");
  });

  it("close alone where a message does not authenticate", async () => {
    const { clock, viewer, agent, connect, events } = bothSides();
    let spoil = false;
    const tamper = (message: Uint8Array): Uint8Array => {
      if (spoil) message[message.length - 1] = 1;
      return message;
    };
    connect(1, { tamper });
    connect(2);
    await clock.advance(50);
    spoil = true;
    agent.control.write(ascii("hello"));
    const reading = viewer.control.read();
    await clock.advance(100);
    expect(events).toContain("path-down 1 path-failed");
    expect(await reading, "it came over the other path").toEqual(ascii("hello"));
    expect(viewer.state).toBe("attached");
  });

  it("keep the order of messages whose sealing takes unequal time", async () => {
    const { clock, viewer, agent, connect } = bothSides();
    let calls = 0;
    const slow = <T>(value: () => T): Promise<T> => {
      calls += 1;
      const rounds = (calls * 7) % 5;
      const wait = async (): Promise<T> => {
        for (let round = 0; round < rounds; round++) await Promise.resolve();
        return value();
      };
      return wait();
    };
    const cipher: Cipher = {
      sealer: {
        seal: (bytes) => {
          const sealed = plainCipher.sealer.seal(bytes) as Uint8Array;
          return slow(() => sealed);
        },
      },
      opener: { open: (bytes) => slow(() => plainCipher.opener.open(bytes) as Uint8Array) },
    };
    connect(1, {}, cipher);
    agent.onStream(echo);
    const stream = viewer.openStream("tcp");
    const sent = Uint8Array.from({ length: 600_000 }, (_, index) => (index * 11) % 253);
    stream.write(sent);
    stream.end();
    const received = readAll(stream);
    await clock.advance(2_000);
    expect(await received).toEqual(sent);
  });

  it("are refused with an id that was used before", () => {
    const { connect } = bothSides();
    connect(1);
    expect(() => connect(1)).toThrow(expect.objectContaining({ code: "already-used", scope: "path" }));
  });
});

describe("the end of a tunnel", () => {
  it("tells the peer the code, fails every stream, and leaves no timer", async () => {
    const { clock, viewer, agent, connect, events } = bothSides();
    connect(1);
    connect(2, { kind: "relay" });
    const seen: TunnelError[] = [];
    agent.onEvent((event) => event.type === "closed" && seen.push(event.error));
    const stream = viewer.openStream("http");
    const reading = stream.read();
    await clock.advance(50);
    viewer.close("revoked", "access was taken back");
    viewer.close("closed", "again");
    expect(events.slice(-2)).toEqual(["closed", "closed revoked"]);
    await expect(reading).rejects.toMatchObject({ code: "revoked" });
    await clock.advance(1_000);
    expect(seen.map(({ code, message, origin }) => [code, message, origin])).toEqual([
      ["revoked", "access was taken back", "remote"],
    ]);
    expect(clock.pendingTimers()).toBe(0);
    expect(() => viewer.openStream("http")).toThrow(expect.objectContaining({ code: "closed" }));
  });

  it("comes by itself after the grace time without a path", async () => {
    const { clock, connect, events } = bothSides();
    const pipe = connect(1);
    await clock.advance(50);
    pipe.cut();
    await clock.advance(120_000);
    expect(events.at(-1)).toBe("closed network");
    expect(clock.pendingTimers()).toBe(0);
  });

  it("is reached by draining when the last stream is over", async () => {
    const { clock, viewer, agent, connect, events } = bothSides();
    connect(1);
    agent.onStream(echo);
    const stream = viewer.openStream("http");
    await clock.advance(50);
    viewer.drain();
    await clock.advance(50);
    expect(viewer.state).toBe("attached");
    stream.end();
    readAll(stream).catch(() => {});
    await clock.advance(100);
    expect(events.at(-1)).toBe("closed closed");
    expect(agent.state).toBe("closed");
  });
});
