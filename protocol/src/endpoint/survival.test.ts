/** What a tunnel outlives on both sides, and what ends it, in virtual time with real handshakes. */
import { describe, expect, it } from "vitest";
import { createMemoryPathPair, type MemoryPathPair } from "../testing/memory-path.ts";
import { createOpeningStage, type OpeningStage, stageContext } from "../testing/opening-stage.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { SessionContext, ViewerTunnel } from "./opening-api.ts";

/** A tunnel whose agent answers every byte of a stream with the same byte. */
async function echoing(relayPolicy: SessionContext["relayPolicy"] = "fallback") {
  const stage = createOpeningStage();
  const context = { ...stageContext, relayPolicy };
  const first = stage.relay({}, context);
  const viewer = await stage.open({ path: first.first, relayPolicy });
  await stage.clock.settle();
  const [agent] = stage.agentTunnels;
  if (agent === undefined) throw new Error("no tunnel came");
  agent.onStream((stream) => void echo(stream));
  /** Attaches a direct path on both sides. */
  const direct = async (): Promise<MemoryPathPair> => {
    const pathId = viewer.nextPathId();
    const pair = createMemoryPathPair();
    const attached = Promise.all([viewer.attachPath(pathId, pair.first), agent.acceptPath(pathId, pair.second)]);
    await stage.clock.settle();
    await attached;
    return pair;
  };
  return { stage, context, first, viewer, agent, direct };
}

async function echo(stream: ByteStream): Promise<void> {
  try {
    for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) await stream.write(bytes);
    stream.end();
  } catch {
    // The viewer's side is what the tests look at.
  }
}

/** Sends bytes and waits until as many came back; returns them. */
async function roundTrip(stage: OpeningStage, stream: ByteStream, bytes: Uint8Array): Promise<Uint8Array> {
  const writing = stream.write(bytes);
  const back: number[] = [];
  const reading = (async () => {
    while (back.length < bytes.length) back.push(...((await stream.read()) ?? []));
  })();
  for (let turn = 0; turn < 50 && back.length < bytes.length; turn++) await stage.clock.advance(50);
  await Promise.all([writing, reading]);
  return Uint8Array.from(back);
}

const sentOn = (viewer: ViewerTunnel, kind: string): number =>
  viewer.paths().reduce((sum, path) => sum + (path.kind === kind ? path.sentBytes : 0), 0);

describe("a tunnel without a path", () => {
  it("keeps its streams on both sides, takes bytes, and goes on where it stood on a new path", async () => {
    const { stage, context, first, viewer, agent } = await echoing();
    const stream = viewer.openStream("tcp");
    expect(await roundTrip(stage, stream, Uint8Array.of(1, 2, 3))).toEqual(Uint8Array.of(1, 2, 3));
    await stream.write(Uint8Array.of(4));
    first.cut();
    await stage.clock.settle();
    expect([viewer.state, agent.state]).toEqual(["detached", "detached"]);
    await stream.write(Uint8Array.of(5, 6));
    await stage.clock.advance(100_000);
    await viewer.attachPath(viewer.nextPathId(), stage.relay({}, context).first);
    await stage.clock.advance(100);
    expect(await stream.read()).toEqual(Uint8Array.of(4, 5, 6));
    stream.end();
    await stage.clock.advance(100);
    expect(await stream.read()).toBeNull();
    await stream.closed;
  });

  it("ends after the grace time on both sides: streams fail with one clear error, nothing is left", async () => {
    const { stage, first, viewer, agent } = await echoing();
    const stream = viewer.openStream("tcp");
    await roundTrip(stage, stream, Uint8Array.of(1));
    const failed = expect(stream.closed).rejects.toMatchObject({ code: "network", scope: "tunnel" });
    const reading = expect(stream.read()).rejects.toMatchObject({ code: "network" });
    first.cut();
    await stage.clock.advance(120_000);
    expect([viewer.state, agent.state]).toEqual(["closed", "closed"]);
    await Promise.all([failed, reading]);
    await stage.clock.advance(120_000);
    expect(stage.clock.pendingTimers()).toBe(0);
  });

  it("is told not-found by an agent that restarted; ended for that, its streams fail with peer-restarted", async () => {
    const { stage, first, viewer } = await echoing();
    const stream = viewer.openStream("http");
    await roundTrip(stage, stream, Uint8Array.of(1));
    first.cut();
    await stage.clock.settle();
    const restarted = createOpeningStage(1);
    const attaching = viewer.attachPath(viewer.nextPathId(), restarted.relay().first);
    await expect(attaching).rejects.toMatchObject({ code: "not-found", scope: "path", origin: "remote" });
    expect(viewer.state).toBe("detached");
    const failed = expect(stream.closed).rejects.toMatchObject({ code: "peer-restarted" });
    const ends: string[] = [];
    viewer.onEvent((event) => {
      if (event.type === "closed") ends.push(event.error.code);
    });
    viewer.close("peer-restarted", "the server does not know this tunnel any more");
    await failed;
    await expect(stream.read()).rejects.toMatchObject({ code: "peer-restarted" });
    expect(ends).toEqual(["peer-restarted"]);
    expect(() => viewer.openStream("http")).toThrow(expect.objectContaining({ code: "closed" }));
  });
});

describe("app streams and the relay", () => {
  for (const relayPolicy of ["full", "fallback"] as const) {
    it(`begin on it under ${relayPolicy}, move to a direct path, and back when that is gone`, async () => {
      const { stage, viewer, direct } = await echoing(relayPolicy);
      const stream = viewer.openStream("tcp");
      const bytes = new Uint8Array(20_000).fill(7);
      expect(await roundTrip(stage, stream, bytes)).toEqual(bytes);
      expect(sentOn(viewer, "relay")).toBeGreaterThan(20_000);
      for (let turn = 0; turn < 2; turn++) {
        const pair = await direct();
        const relayBefore = sentOn(viewer, "relay");
        expect(await roundTrip(stage, stream, bytes)).toEqual(bytes);
        expect(sentOn(viewer, "direct")).toBeGreaterThan(20_000);
        expect(sentOn(viewer, "relay") - relayBefore, "life signs and a last acknowledgement").toBeLessThan(500);
        expect(viewer.paths().map(({ kind, appShare }) => [kind, appShare])).toEqual([
          ["relay", "none"],
          ["direct", "all"],
        ]);
        pair.cut();
        await stage.clock.settle();
        expect(await roundTrip(stage, stream, bytes)).toEqual(bytes);
        expect(sentOn(viewer, "relay") - relayBefore).toBeGreaterThan(20_000);
      }
      stream.end();
      await stage.clock.advance(100);
      expect(await stream.read()).toBeNull();
    });
  }

  it("never use it under handshake-only", async () => {
    const { stage, viewer, direct } = await echoing("handshake-only");
    const stream = viewer.openStream("tcp");
    await stream.write(new Uint8Array(20_000));
    await stage.clock.advance(1_000);
    expect(sentOn(viewer, "relay")).toBeLessThan(1_000);
    await direct();
    await stage.clock.advance(100);
    expect(sentOn(viewer, "direct")).toBeGreaterThan(20_000);
    expect(sentOn(viewer, "relay")).toBeLessThan(1_000);
  });

  it("leave a direct path that falls silent within a second, and tell it by an event", async () => {
    const { stage, viewer, direct } = await echoing();
    const stream = viewer.openStream("tcp");
    const pair = await direct();
    await roundTrip(stage, stream, Uint8Array.of(1));
    const told: string[] = [];
    viewer.onEvent((event) => {
      if (event.type === "path-trust") told.push(`${event.path.pathId} ${event.path.state}`);
    });
    pair.blackHole();
    expect(await roundTrip(stage, stream, Uint8Array.of(2))).toEqual(Uint8Array.of(2));
    expect(told).toEqual(["2 suspect"]);
    expect(stage.clock.nowMs()).toBeLessThan(2_000);
  });
});
