/** A relay that changes, drops, repeats and cuts messages of a whole session: it can close its own path, no more. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TunnelError } from "../errors.ts";
import { createMemoryPathPair } from "../testing/memory-path.ts";
import { createOpeningStage } from "../testing/opening-stage.ts";
import type { ByteStream } from "./byte-stream.ts";
import type { ViewerTunnel } from "./opening-api.ts";

type Tampering =
  | { readonly type: "pass" }
  | { readonly type: "drop" }
  | { readonly type: "flip"; readonly bit: number }
  | { readonly type: "cut"; readonly length: number }
  | { readonly type: "extend"; readonly bytes: Uint8Array }
  | { readonly type: "replay"; readonly index: number }
  | { readonly type: "forge"; readonly bytes: Uint8Array };

const tampering: fc.Arbitrary<Tampering> = fc.oneof(
  { weight: 12, arbitrary: fc.constant<Tampering>({ type: "pass" }) },
  fc.constant<Tampering>({ type: "drop" }),
  fc.nat(100_000).map((bit): Tampering => ({ type: "flip", bit })),
  fc.nat(200).map((length): Tampering => ({ type: "cut", length })),
  fc.uint8Array({ minLength: 1, maxLength: 8 }).map((bytes): Tampering => ({ type: "extend", bytes })),
  fc.nat(30).map((index): Tampering => ({ type: "replay", index })),
  fc.uint8Array({ maxLength: 60 }).map((bytes): Tampering => ({ type: "forge", bytes })),
);

/** A tamper hook that follows a plan, message by message, both directions together. */
function hostile(plan: readonly Tampering[]) {
  const seen: Uint8Array[] = [];
  return (message: Uint8Array): Uint8Array | undefined => {
    const step = plan[seen.length] ?? { type: "pass" };
    seen.push(message.slice());
    switch (step.type) {
      case "pass":
        return message;
      case "drop":
        return undefined;
      case "flip": {
        const flipped = message.slice();
        const at = (step.bit >> 3) % flipped.length;
        flipped[at] = (flipped[at] ?? 0) ^ (1 << (step.bit & 7));
        return flipped;
      }
      case "cut":
        return message.slice(0, step.length % message.length);
      case "extend":
        return Uint8Array.from([...message, ...step.bytes]);
      case "replay":
        return seen[step.index % seen.length]?.slice();
      case "forge":
        return step.bytes.slice();
    }
  };
}

const sent = Uint8Array.from({ length: 3_000 }, (_, index) => index % 253);

/** What a stream gave until it ended or failed. */
async function received(stream: ByteStream, into: number[]): Promise<void> {
  for (let bytes = await stream.read(); bytes !== null; bytes = await stream.read()) into.push(...bytes);
}

describe("a hostile relay", () => {
  it("ends no tunnel, forges no byte, and causes nothing but TunnelErrors", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tampering, { maxLength: 14 }), async (plan) => {
        const stage = createOpeningStage();
        const { first } = stage.relay({ tamper: hostile(plan) });
        const opening = stage.open({ path: first }).catch((fault: unknown) => fault);
        await stage.clock.advance(10_000);
        const opened = await opening;
        if (opened instanceof Error) {
          expect(opened).toBeInstanceOf(TunnelError);
          expect(stage.agentTunnels.every((agent) => agent.state !== "closed")).toBe(true);
          return;
        }
        const viewer = opened as ViewerTunnel;
        const [agent] = stage.agentTunnels;
        const arrived: number[] = [];
        agent?.onStream((stream) => void received(stream, arrived).catch(() => {}));
        const stream = viewer.openStream("tcp");
        stream.write(sent).catch(() => {});
        stream.end();
        await stage.clock.advance(10_000);
        expect(arrived).toEqual([...sent.subarray(0, arrived.length)]);
        expect(viewer.state).not.toBe("closed");
        if (agent === undefined) return;
        expect(agent.state).not.toBe("closed");

        const clean = createMemoryPathPair();
        const pathId = viewer.nextPathId();
        await Promise.all([viewer.attachPath(pathId, clean.first), agent.acceptPath(pathId, clean.second)]);
        await stage.clock.advance(3_000);
        expect(arrived).toEqual([...sent]);
      }),
      { numRuns: 40 },
    );
  });

  it("costs its own path at most, whichever message it changes by one bit", { timeout: 60_000 }, async () => {
    let changed = 0;
    for (let index = 0; index === changed; index++) {
      const stage = createOpeningStage();
      const clean = createMemoryPathPair();
      const flipLast = (message: Uint8Array): Uint8Array => message.with(-1, (message.at(-1) ?? 0) ^ 1);
      let seen = 0;
      const tamper = (message: Uint8Array): Uint8Array => {
        seen += 1;
        if (seen !== index + 1) return message;
        changed += 1;
        return flipLast(message);
      };
      const { first } = stage.relay({ tamper });
      const opening = stage.open({ path: first }).catch((fault: unknown) => fault);
      await stage.clock.advance(10_000);
      const viewer = (await opening) as ViewerTunnel | TunnelError;
      // Message 1 and 2 open nothing where they are changed; there is no tunnel yet that could live on.
      if (viewer instanceof TunnelError) {
        expect([index, stage.agentTunnels.length]).toEqual([Math.min(index, 1), 0]);
        continue;
      }
      const [agent] = stage.agentTunnels;
      // The confirmation alone makes the tunnel real: where it was changed there is nobody to go on with.
      if (agent === undefined) {
        expect(index).toBe(2);
        continue;
      }
      const arrived: number[] = [];
      agent.onStream((stream) => void received(stream, arrived).catch(() => {}));
      const stream = viewer.openStream("tcp");
      stream.write(sent).catch(() => {});
      stream.end();
      await stage.clock.advance(3_000);
      const pathId = viewer.nextPathId();
      await Promise.all([viewer.attachPath(pathId, clean.first), agent.acceptPath(pathId, clean.second)]);
      await stage.clock.advance(3_000);
      expect([index, viewer.state, agent.state]).toEqual([index, "attached", "attached"]);
      expect(arrived).toEqual([...sent]);
    }
    expect(changed, "messages of a session").toBeGreaterThan(6);
  });
});
