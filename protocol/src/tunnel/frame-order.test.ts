/** I3 and I5: frames may come in any order, from any path, and more than once; what they say comes out the same. */
import { describe, expect, it } from "vitest";
import { createSeededRandom, type SeededRandom } from "../testing/random.ts";
import { ascii, messageOf } from "../testing/tunnel-dialogue.ts";
import { decodeMessage } from "../wire/codec.ts";
import type { Frame } from "../wire/frame.ts";
import { Tunnel } from "./tunnel.ts";

const path = { kind: "direct", carriesApp: true, maxPlaintextBytes: 120 } as const;

/** Frames of a viewer that opened streams and wrote; the peer's answers never came, so all carry the kind. */
function framesOf(random: SeededRandom, texts: readonly string[]): Frame[] {
  const viewer = new Tunnel({ role: "viewer", nowMs: 0 });
  viewer.addPath({ pathId: 1, ...path }, 0);
  const frames: Frame[] = [];
  const take = (): void => {
    viewer.setPathRoom(1, 1_000_000);
    for (const { message } of viewer.takeMessages(0)) frames.push(...decodeMessage(message));
  };
  for (const text of texts) {
    const id = viewer.openStream("tcp", 0);
    for (let at = 0; at < text.length; ) {
      const length = random.whole(1, 40);
      viewer.write(id, ascii(text.slice(at, at + length)));
      at += length;
      if (random.chance(0.5)) take();
    }
    viewer.end(id);
  }
  take();
  return frames.filter(({ type }) => type === "stream");
}

function shuffledWithRepetitions(random: SeededRandom, frames: readonly Frame[]): Frame[] {
  const list = frames.flatMap((frame) => (random.chance(0.4) ? [frame, frame] : [frame]));
  for (let index = list.length - 1; index > 0; index--) {
    const other = random.whole(0, index);
    const [here, there] = [list[index], list[other]];
    if (here !== undefined && there !== undefined) [list[index], list[other]] = [there, here];
  }
  return list;
}

function newAgent(): Tunnel {
  const agent = new Tunnel({ role: "agent", nowMs: 0 });
  for (const pathId of [1, 2, 3]) agent.addPath({ pathId, ...path }, 0);
  return agent;
}

function readText(agent: Tunnel, id: number): string {
  let text = "";
  for (let bytes = agent.read(id); bytes !== undefined; bytes = agent.read(id)) {
    text += bytes === null ? "<END>" : String.fromCharCode(...bytes);
  }
  return text;
}

describe("frames in any order", () => {
  it("open each stream once and give its bytes and END once", () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = createSeededRandom(seed);
      const texts = Array.from({ length: random.whole(1, 4) }, (_, index) => `${index}:`.repeat(random.whole(1, 120)));
      const agent = newAgent();
      for (const frame of shuffledWithRepetitions(random, framesOf(random, texts))) {
        agent.receive(random.whole(1, 3), messageOf(frame), 0);
      }
      const opened = agent.takeEvents().filter(({ type }) => type === "stream-opened");
      expect(opened, `seed ${seed}`).toHaveLength(texts.length);
      for (const [index, text] of texts.entries())
        expect(readText(agent, 2 + index * 2), `seed ${seed}`).toBe(`${text}<END>`);
    }
  });

  it("never open or revive a stream that was reset, wherever the reset comes among them", () => {
    for (let seed = 1; seed <= 150; seed++) {
      const random = createSeededRandom(seed);
      const frames = shuffledWithRepetitions(random, framesOf(random, ["reset me ".repeat(10)]));
      const at = random.whole(0, frames.length);
      const reset: Frame = { type: "reset", id: 2, kind: "tcp", code: 0x13 };
      const agent = newAgent();
      const told: string[] = [];
      for (const frame of [...frames.slice(0, at), reset, ...frames.slice(at), reset]) {
        agent.receive(random.whole(1, 3), messageOf(frame), 0);
        for (const { type } of agent.takeEvents()) if (type.startsWith("stream-")) told.push(type);
      }
      expect(agent.streamCount, `seed ${seed}`).toBe(0);
      const wanted = at === 0 ? undefined : "stream-failed";
      expect(told.at(-1), `seed ${seed}: nothing follows the reset`).toBe(wanted);
    }
  });
});
