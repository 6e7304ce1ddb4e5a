/**
 * What every path must do, as checks that run against any pair of ends: in memory, over WebRTC, over a relay, in a browser.
 * Invariant: checks need no test library and no timer; each throws an Error that says what was seen and what was due.
 */

import type { Path, PathHandlers } from "../endpoint/path.ts";
import { TunnelError } from "../errors.ts";
import { createSeededRandom } from "./random.ts";

/** Two connected ends that nobody attached to yet. */
export interface PathStage {
  readonly first: Path;
  readonly second: Path;
  /** Lets what is under way arrive: a fake clock moves on, a real network is given some tens of milliseconds. */
  settle(): Promise<void>;
}

/** One rule of the contract. Each needs a stage of its own. */
export interface PathCheck {
  readonly name: string;
  run(stage: PathStage): Promise<void>;
}

/** Times that `settle` is called before a check gives up waiting. */
const patience = 200;

/** The contract. `for (const check of pathContract) test(check.name, async () => check.run(await openStage()))`. */
export const pathContract: readonly PathCheck[] = [
  {
    name: "delivers messages whole and in order, both ways",
    run: async (stage) => {
      const first = attach(stage.first);
      const second = attach(stage.second);
      const sizes = [16, 17, 1_000, 1_200, stage.first.maxMessageBytes, 16, 5_000];
      for (const [index, size] of sizes.entries()) {
        stage.first.send(message(index, size));
        stage.second.send(message(100 + index, size));
      }
      await until(stage, "all messages", () => first.messages.length + second.messages.length === sizes.length * 2);
      for (const [index, size] of sizes.entries()) {
        expectSame(second.messages[index], message(index, size), `message ${index}`);
        expectSame(first.messages[index], message(100 + index, size), `answer ${index}`);
      }
    },
  },
  {
    name: "keeps what came before attach and delivers it first",
    run: async (stage) => {
      stage.first.send(message(1, 50));
      stage.first.send(message(2, 60));
      await stage.settle();
      const second = attach(stage.second);
      stage.first.send(message(3, 70));
      await until(stage, "three messages", () => second.messages.length === 3);
      for (const [index, received] of second.messages.entries()) {
        expectSame(received, message(index + 1, 50 + index * 10), `message ${index + 1}`);
      }
    },
  },
  {
    name: "refuses a message above maxMessageBytes with limit-reached and goes on",
    run: async (stage) => {
      const second = attach(stage.second);
      attach(stage.first);
      const thrown = thrownBy(() => stage.first.send(new Uint8Array(stage.first.maxMessageBytes + 1)));
      expectTrue(thrown instanceof TunnelError && thrown.code === "limit-reached", `it threw ${String(thrown)}`);
      stage.first.send(message(1, 20));
      await until(stage, "the message after it", () => second.messages.length === 1);
    },
  },
  {
    name: "gives each message away: changing it changes no other",
    run: async (stage) => {
      const kept: Uint8Array[] = [];
      stage.second.attach({
        onMessage: (received) => {
          kept.push(received.slice());
          received.fill(0xff);
        },
        onDrain: () => {},
        onClose: () => {},
      });
      attach(stage.first);
      for (let index = 0; index < 20; index++) stage.first.send(message(index, 300));
      await until(stage, "20 messages", () => kept.length === 20);
      for (const [index, received] of kept.entries()) expectSame(received, message(index, 300), `message ${index}`);
    },
  },
  {
    name: "counts buffered bytes, tells drain once they fell to half, and loses nothing under back-pressure",
    run: async (stage) => {
      const second = attach(stage.second);
      const total = Math.ceil((stage.first.queueBytes * 8) / stage.first.maxMessageBytes);
      let sent = 0;
      let drains = 0;
      let wasFull = false;
      const fill = (): void => {
        while (sent < total && stage.first.bufferedBytes() < stage.first.queueBytes) {
          const bytes = message(sent, stage.first.maxMessageBytes);
          stage.first.send(bytes);
          // Under back-pressure a message waits: where its path says that it copied it, its bytes may change meanwhile.
          if (stage.first.copiesMessages === true) bytes.fill(0xff);
          sent += 1;
        }
        wasFull ||= stage.first.bufferedBytes() >= stage.first.queueBytes;
      };
      stage.first.attach({
        onMessage: () => {},
        onDrain: () => {
          drains += 1;
          const buffered = stage.first.bufferedBytes();
          expectTrue(buffered <= stage.first.queueBytes / 2, `drain came with ${buffered} bytes buffered`);
          fill();
        },
        onClose: () => {},
      });
      // A pipe that empties faster than it is filled never drains; then the filling alone goes on.
      await until(stage, `${total} messages`, () => {
        fill();
        return second.messages.length === total;
      });
      expectTrue(drains > 0 || !wasFull, "the queue was full and no drain came");
      for (const [index, received] of second.messages.entries()) {
        expectSame(received, message(index, stage.first.maxMessageBytes), `message ${index}`);
      }
    },
  },
  {
    name: "tells the other side of close once, itself never, and is silent after",
    run: async (stage) => {
      const first = attach(stage.first);
      const second = attach(stage.second);
      stage.first.send(message(1, 40));
      await until(stage, "the message", () => second.messages.length === 1);
      stage.first.close("canceled", "done");
      stage.first.close("canceled", "again");
      stage.first.send(message(2, 40));
      await until(stage, "the other side's onClose", () => second.closes === 1);
      stage.second.send(message(3, 40));
      stage.second.close("canceled", "late");
      await stage.settle();
      expectTrue(first.closes === 0, "the closing side was told of its own close");
      expectTrue(second.closes === 1, `onClose came ${second.closes} times`);
      expectTrue(second.messages.length === 1, "a message went through a closed pipe");
      expectTrue(first.messages.length === 0, "a message came out of a closed pipe");
    },
  },
];

interface Attached {
  readonly messages: Uint8Array[];
  closes: number;
}

function attach(path: Path): Attached {
  const attached: Attached = { messages: [], closes: 0 };
  const handlers: PathHandlers = {
    onMessage: (received) => {
      if (attached.closes > 0) throw new Error("a message came after onClose");
      attached.messages.push(received);
      path.taken?.(received.length);
    },
    onDrain: () => {},
    onClose: () => {
      attached.closes += 1;
    },
  };
  path.attach(handlers);
  return attached;
}

/** Bytes that a number and a length decide. */
function message(number: number, length: number): Uint8Array {
  return createSeededRandom(number + 1).bytes(length);
}

async function until(stage: PathStage, what: string, isDone: () => boolean): Promise<void> {
  for (let tries = 0; tries < patience; tries++) {
    if (isDone()) return;
    await stage.settle();
  }
  throw new Error(`waited in vain for ${what}`);
}

function thrownBy(call: () => void): unknown {
  try {
    call();
    return undefined;
  } catch (thrown) {
    return thrown;
  }
}

function expectTrue(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

function expectSame(received: Uint8Array | undefined, sent: Uint8Array, what: string): void {
  const isSame = received?.length === sent.length && received.every((byte, index) => byte === sent[index]);
  if (!isSame) throw new Error(`${what}: ${received?.length} bytes came that are not the ${sent.length} bytes sent`);
}
