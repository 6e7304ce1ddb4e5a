/** I8: nothing that a peer sends makes a tunnel throw, and after any of it the tunnel can be closed to nothing. */
import { describe, expect, it } from "vitest";
import { createSeededRandom, type SeededRandom } from "../testing/random.ts";
import { messageOf } from "../testing/tunnel-dialogue.ts";
import type { Frame } from "../wire/frame.ts";
import { Tunnel } from "./tunnel.ts";

const kinds = ["control", "http", "websocket", "tcp"] as const;

/** A frame that is well formed and says anything. */
function anyFrame(random: SeededRandom): Frame {
  const id = random.whole(0, 12);
  const offset = random.pick([0, 0, random.whole(0, 100), random.whole(0, 300_000), Number.MAX_SAFE_INTEGER - 500]);
  const code = random.whole(0, 64);
  switch (random.whole(0, 14)) {
    case 0:
      return { type: "ping", nonce: code };
    case 1:
      return { type: "pong", nonce: random.whole(0, 3) };
    case 2: {
      const from = offset + random.whole(1, 9);
      return { type: "ack", id, offset, ranges: random.chance(0.5) ? [] : [{ from, to: from + random.whole(1, 9) }] };
    }
    case 3:
      return { type: "window", id, limit: random.whole(0, 500_000) };
    case 4:
      return { type: "streams", limit: random.whole(0, 200) };
    case 5:
      return { type: "reset", id, kind: random.pick(kinds), code };
    case 6:
      return { type: "stop", id, code };
    case 7:
      return { type: random.pick(["reset-ack", "stop-ack"]), id };
    case 8:
      return { type: "path-abandoned", pathId: random.whole(2, 4), code };
    default: {
      const kind = random.chance(0.7) ? { kind: random.pick(kinds) } : {};
      const bytes = random.bytes(random.whole(0, 30));
      return { type: "stream", id, offset, end: random.chance(0.1), bytes, ...kind };
    }
  }
}

/** Bytes that begin as a good message and are then spoilt. */
function anyBytes(random: SeededRandom): Uint8Array {
  const message = messageOf(anyFrame(random), anyFrame(random));
  if (random.chance(0.3)) return message.subarray(0, random.whole(0, message.length));
  message[random.whole(0, message.length - 1)] = random.whole(0, 255);
  return message;
}

/** One tunnel against one hostile peer, with an application that uses what it is told of. */
function runHostile(seed: number): void {
  const random = createSeededRandom(seed);
  const tunnel = new Tunnel({ role: random.pick(["viewer", "agent"]), nowMs: 0 });
  let pathId = 0;
  for (let nowMs = 0; nowMs < 4_000; nowMs += 20) {
    if (isOver(tunnel)) break;
    if (random.chance(0.2) || pathId === 0) {
      pathId += 1;
      const kind = random.pick(["direct", "relay"] as const);
      tunnel.addPath({ pathId, kind, carriesApp: kind === "direct", maxPlaintextBytes: 1_000 }, nowMs);
    }
    const chosen = random.whole(1, pathId);
    const message = random.chance(0.9) ? messageOf(anyFrame(random)) : anyBytes(random);
    tunnel.receive(chosen, message, nowMs);
    if (!isOver(tunnel) && random.chance(0.2)) tunnel.write(tunnel.openStream("http", nowMs), random.bytes(50));
    for (const event of tunnel.takeEvents()) {
      if (event.type === "stream-readable") while (tunnel.read(event.id) !== undefined);
      if (event.type === "stream-opened" && random.chance(0.3)) tunnel.reset(event.id, "canceled");
      if (event.type === "stream-opened" && random.chance(0.3)) tunnel.end(event.id);
    }
    tunnel.setPathRoom(chosen, 100_000);
    tunnel.takeMessages(nowMs);
    tunnel.tick(nowMs);
  }
  tunnel.close("closed", "end of the run");
  expect(tunnel.streamCount).toBe(0);
  expect(tunnel.deadlineMs()).toBe(Number.POSITIVE_INFINITY);
}

function isOver(tunnel: Tunnel): boolean {
  return tunnel.phase === "closed";
}

describe("a tunnel with a hostile peer", () => {
  it("never throws, and closes to nothing", () => {
    for (let seed = 1; seed <= 400; seed++) {
      expect(() => runHostile(seed), `seed ${seed}`).not.toThrow();
    }
  });
});
