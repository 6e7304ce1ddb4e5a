import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createMessageSealer } from "../seal/counted-cipher.ts";
import { HandshakeState } from "../seal/handshake-state.ts";
import { nobleKeyPair } from "../seal/noble.ts";
import {
  countedPrimitives,
  createOpeningStage,
  listen,
  type OpeningStage,
  stageContext,
} from "../testing/opening-stage.ts";
import { encodeObject } from "../wire/msgpack.ts";
import { decodeAnswer, encodeFirstMessage } from "./handshake-messages.ts";
import { openingPrologue } from "./prologue.ts";

const tunnelId = new Uint8Array(16).fill(9);

/** A viewer of its own making: message 1 as bytes, and a reader for the answer. */
async function rawOpening(stage: OpeningStage, seed: number, changes: { versions?: object; version?: number } = {}) {
  const version = changes.version ?? 1;
  const handshake = new HandshakeState({
    pattern: "IK",
    role: "initiator",
    primitives: countedPrimitives(seed),
    prologue: openingPrologue(version, 1, stageContext),
    staticKey: stage.deviceKey,
    remoteStaticKey: nobleKeyPair(new Uint8Array(32).fill(2)).publicKey,
  });
  const request = { token: "t", tunnelId, versions: changes.versions ?? { min: 1, max: 1 }, capabilities: [] };
  const noise = await handshake.writeMessage(encodeObject(request));
  return { handshake, message1: encodeFirstMessage({ type: "opening", version, pathId: 1, noise }) };
}

/** Sends bytes as the first message of a fresh relay path. */
async function sendFirst(stage: OpeningStage, message: Uint8Array) {
  const { first } = stage.relay();
  const heard = listen(first);
  first.send(message.slice());
  await stage.clock.settle();
  return { path: first, ...heard };
}

/** Records the viewer's messages on a relay path. */
function recordingRelay(stage: OpeningStage, sent: Uint8Array[]) {
  return stage.relay({
    tamper: (message, from) => {
      if (from === "first") sent.push(message.slice());
      return message;
    },
  }).first;
}

describe("a repeated message 1", () => {
  it("gets the same message 2 and is asked about once, also while the first one is being decided", async () => {
    const stage = createOpeningStage();
    const { message1 } = await rawOpening(stage, 5);
    const decision = Promise.withResolvers<{ type: "accepted" }>();
    stage.admission = decision.promise;
    const early = [await sendFirst(stage, message1), await sendFirst(stage, message1)];
    expect(early.map(({ messages }) => messages.length)).toEqual([0, 0]);
    decision.resolve({ type: "accepted" });
    await stage.clock.settle();
    const late = await sendFirst(stage, message1);
    const answers = [...early, late].map(({ messages }) => messages[0]);
    expect(answers[0]).toBeInstanceOf(Uint8Array);
    expect(answers).toEqual([answers[0], answers[0], answers[0]]);
    expect(stage.asked).toHaveLength(1);
    expect(stage.agentTunnels).toEqual([]);
  });

  it("makes one tunnel, on the path that is confirmed; the others are closed", async () => {
    const stage = createOpeningStage();
    const sent: Uint8Array[] = [];
    const path = recordingRelay(stage, sent);
    const decision = Promise.withResolvers<{ type: "accepted" }>();
    stage.admission = decision.promise;
    const opening = stage.open({ path });
    await stage.clock.settle();
    const replayed = await sendFirst(stage, sent[0] ?? new Uint8Array(0));
    decision.resolve({ type: "accepted" });
    await opening;
    await stage.clock.settle();
    expect(stage.agentTunnels).toHaveLength(1);
    expect(replayed.messages).toHaveLength(1);
    expect(replayed.closes).toMatchObject([{ code: "superseded" }]);
  });

  it("opens nothing by itself: unconfirmed it is forgotten after ten seconds", async () => {
    const stage = createOpeningStage();
    const { message1 } = await rawOpening(stage, 5);
    const { closes } = await sendFirst(stage, message1);
    await stage.clock.advance(10_000);
    expect(closes).toMatchObject([{ code: "timeout" }]);
    expect(stage.agentTunnels).toEqual([]);
    expect(stage.clock.pendingTimers()).toBe(0);
  });

  it("is refused once the tunnel is confirmed, and changes nothing about it", async () => {
    const stage = createOpeningStage();
    const sent: Uint8Array[] = [];
    const viewer = await stage.open({ path: recordingRelay(stage, sent) });
    await stage.clock.settle();
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const { messages, closes } = await sendFirst(stage, sent[0] ?? new Uint8Array(0));
      expect(messages).toHaveLength(1);
      expect(closes).toMatchObject([{ code: "already-used" }]);
    }
    expect([viewer.state, stage.agentTunnels.length, stage.asked.length]).toEqual(["attached", 1, 1]);
  });

  it("is refused after the tunnel's end for as long as its token could be shown again", async () => {
    const stage = createOpeningStage();
    const sent: Uint8Array[] = [];
    const viewer = await stage.open({ path: recordingRelay(stage, sent) });
    await stage.clock.settle();
    viewer.close("closed", "done");
    await stage.clock.advance(60_000);
    expect(stage.acceptor.tunnels()).toEqual([]);
    const { closes } = await sendFirst(stage, sent[0] ?? new Uint8Array(0));
    expect(closes).toMatchObject([{ code: "already-used" }]);
    await stage.clock.advance(120_000);
    expect(stage.clock.pendingTimers()).toBe(0);
  });
});

describe("a new message 1 for a known tunnel id", () => {
  it("replaces an unconfirmed tunnel of the same device", async () => {
    const stage = createOpeningStage();
    const lost = await sendFirst(stage, (await rawOpening(stage, 5)).message1);
    const viewer = await stage.open({ tunnelId });
    await stage.clock.settle();
    expect(lost.closes).toMatchObject([{ code: "superseded" }]);
    expect(stage.agentTunnels.map((tunnel) => tunnel.tunnelId)).toEqual([viewer.tunnelId]);
  });

  it("is refused for another device", async () => {
    const stage = createOpeningStage();
    const waiting = await sendFirst(stage, (await rawOpening(stage, 5)).message1);
    const opening = stage.open({ tunnelId, deviceKey: stage.otherDeviceKey });
    await expect(opening).rejects.toMatchObject({ code: "already-used", origin: "remote" });
    expect(waiting.closes).toEqual([]);
    expect(stage.asked).toHaveLength(1);
  });

  it("is refused for a confirmed tunnel, for its own device too", async () => {
    const stage = createOpeningStage();
    const viewer = await stage.open();
    await stage.clock.settle();
    await expect(stage.open({ tunnelId: viewer.tunnelId })).rejects.toMatchObject({ code: "already-used" });
    expect(stage.agentTunnels).toHaveLength(1);
  });

  it("makes one tunnel of twenty openings at once", async () => {
    const stage = createOpeningStage();
    const openings = Array.from({ length: 20 }, () => stage.open({ tunnelId }));
    const outcomes = await Promise.allSettled(openings);
    await stage.clock.settle();
    expect(stage.agentTunnels).toHaveLength(1);
    const attached = outcomes.filter(({ status }) => status === "fulfilled");
    const [agent] = stage.agentTunnels;
    expect(agent?.state).toBe("attached");
    expect(attached.length).toBeGreaterThan(0);
  });
});

describe("versions", () => {
  it.each([
    ["that is the best common one", 1, { min: 1, max: 1 }, "accepted"],
    ["above what the agent speaks", 2, { min: 1, max: 2 }, "version-unsupported"],
    ["without any in common", 2, { min: 2, max: 3 }, "version-unsupported"],
    ["that contradicts itself", 1, { min: 2, max: 1 }, "version-unsupported"],
  ])("asks for one %s", async (_what, version, versions, outcome) => {
    const stage = createOpeningStage();
    const { handshake, message1 } = await rawOpening(stage, 5, { version, versions });
    const { messages } = await sendFirst(stage, message1);
    const payload = await handshake.readMessage(decodeAnswer(messages[0] ?? new Uint8Array(0)));
    const text = Buffer.from(payload).toString("latin1");
    expect(text).toContain(outcome);
    expect(stage.asked).toHaveLength(outcome === "accepted" ? 1 : 0);
  });
});

describe("a hostile peer", () => {
  it("closes its own path with a code, whatever it sends first", { timeout: 60_000 }, async () => {
    const stage = createOpeningStage();
    const viewer = await stage.open();
    const { message1 } = await rawOpening(stage, 5);
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(fc.nat(message1.length * 8 - 1), fc.nat(message1.length)).map(([bit, cut]) => {
        const changed = message1.slice(0, cut === 0 ? message1.length : cut);
        const at = (bit >> 3) % changed.length;
        changed[at] = (changed[at] ?? 0) ^ (1 << (bit & 7));
        return changed;
      }),
    );
    await fc.assert(
      fc.asyncProperty(bytes, async (first) => {
        const { messages, closes } = await sendFirst(stage, first);
        expect(messages).toEqual([]);
        expect(closes).toHaveLength(1);
        expect(["protocol-error", "path-failed", "not-found"]).toContain(closes[0]?.code);
      }),
      { numRuns: 80 },
    );
    expect([viewer.state, stage.agentTunnels.length, stage.asked.length]).toEqual(["attached", 1, 1]);
  });

  it("has its path closed where the first sealed message does not open or is not empty", async () => {
    const stage = createOpeningStage();
    const { message1 } = await rawOpening(stage, 5);
    const { path, closes } = await sendFirst(stage, message1);
    path.send(new Uint8Array(40));
    await stage.clock.settle();
    expect(closes).toMatchObject([{ code: "path-failed" }]);
    expect(stage.agentTunnels).toEqual([]);

    const second = await rawOpening(stage, 6);
    const full = await sendFirst(stage, second.message1);
    await second.handshake.readMessage(decodeAnswer(full.messages[0] ?? new Uint8Array(0)));
    full.path.send(await createMessageSealer((await second.handshake.keys()).sendKey).seal(Uint8Array.of(1, 0)));
    await stage.clock.settle();
    expect(full.closes).toMatchObject([{ code: "protocol-error" }]);
    expect(stage.agentTunnels).toEqual([]);
  });

  it("has its path closed where it sends more than a mebibyte before the handshake is done", async () => {
    const stage = createOpeningStage();
    stage.admission = new Promise(() => {});
    const { message1 } = await rawOpening(stage, 5);
    const { path, closes } = await sendFirst(stage, message1);
    for (let count = 0; count <= 64; count += 1) path.send(new Uint8Array(16_384));
    await stage.clock.settle();
    expect(closes).toMatchObject([{ code: "limit-reached" }]);
  });
});
