/** What every bus does, and what the one between nodes does when its server goes and comes back. */
import { afterAll, afterEach, test as anyTest, beforeAll, describe, expect, test } from "vitest";
import { type Bus, type BusMessage, MemoryBus, NatsBus } from "../src/bus/index.ts";
import { createLogger } from "../src/log/index.ts";
import { hasNats, type Nats, startNats } from "./nats.ts";

const log = createLogger("silent");
const open: Bus[] = [];
let nats: Nats | undefined;

beforeAll(async () => {
  if (hasNats()) nats = await startNats();
});
afterEach(async () => {
  for (const bus of open.splice(0)) await bus.close();
});
afterAll(() => nats?.kill());

async function natsBus(): Promise<Bus> {
  const bus = await NatsBus.open(nats?.url ?? "", log);
  open.push(bus);
  return bus;
}

const kinds = [
  { name: "in one process", canRun: true, pair: async () => Array<Bus>(2).fill(new MemoryBus()) },
  { name: "between nodes", canRun: hasNats(), pair: () => Promise.all([natsBus(), natsBus()]) },
];

describe.for(kinds)("a bus $name", ({ canRun, pair }) => {
  const test = anyTest.skipIf(!canRun);

  async function two(): Promise<readonly [Bus, Bus]> {
    const [here, there] = await pair();
    if (here === undefined || there === undefined) throw new Error("there are two");
    return [here, there];
  }

  test("carries messages in order to who listens, bytes unchanged, until they stop", async () => {
    const [here, there] = await two();
    const heard: BusMessage[] = [];
    const stop = there.subscribe("agent.a.1", (message) => heard.push(message));
    const all = there.subscribe("agent.b.*", (message) => heard.push(message));
    await heardOn(here, there);
    for (const value of [1, 2, 3]) here.publish("agent.a.1", Uint8Array.of(value));
    here.publish("agent.b.7", Uint8Array.of(0, 255));
    here.publish("agent.a.2", Uint8Array.of(9));
    await expect.poll(() => heard.length).toBe(4);
    expect(heard.map(({ subject, data }) => [subject, ...data])).toEqual([
      ["agent.a.1", 1],
      ["agent.a.1", 2],
      ["agent.a.1", 3],
      ["agent.b.7", 0, 255],
    ]);
    stop();
    all();
    await heardOn(here, there);
    here.publish("agent.a.1", Uint8Array.of(4));
    await heardOn(here, there);
    expect(heard.length).toBe(4);
  });

  test("answers requests, and says at once where nobody listens", async () => {
    const [here, there] = await two();
    there.subscribe("ask", ({ data, answer }) => answer(Uint8Array.of((data[0] ?? 0) + 1)));
    await heardOn(here, there);
    const answer = await here.request("ask", Uint8Array.of(1));
    expect(answer.type === "answer" ? [...answer.data] : answer).toEqual([2]);
    expect(await here.request("nobody.there", Uint8Array.of(1))).toEqual({ type: "nobody" });
  });
});

/** Resolves when what one side has said and subscribed before is known to the other. */
async function heardOn(here: Bus, there: Bus): Promise<void> {
  const subject = `echo.${Math.random()}`.replace("0.", "");
  const stop = there.subscribe(subject, ({ answer }) => answer(new Uint8Array()));
  while ((await here.request(subject, new Uint8Array())).type !== "answer");
  stop();
}

describe.skipIf(!hasNats())("the bus between nodes, when its server goes", () => {
  anyTest("says so, answers nobody, and is whole again with the server", { timeout: 30_000 }, async () => {
    const [here, there] = [await natsBus(), await natsBus()];
    const changes: boolean[] = [];
    here.watch((isUp) => changes.push(isUp));
    there.subscribe("ask", ({ data, answer }) => answer(data));
    await nats?.kill();
    await expect.poll(() => here.isUp(), { timeout: 10_000 }).toBe(false);
    expect(await here.request("ask", Uint8Array.of(1))).toEqual({ type: "down" });
    here.publish("ask", Uint8Array.of(1));
    await nats?.start();
    await expect.poll(() => here.isUp() && there.isUp(), { timeout: 10_000 }).toBe(true);
    // Whoever listened before listens again, without a word of theirs.
    await expect
      .poll(() => here.request("ask", Uint8Array.of(7)), { timeout: 10_000 })
      .toMatchObject({ type: "answer" });
    expect(changes).toEqual([false, true]);
  });

  anyTest("may come up after the node", { timeout: 30_000 }, async () => {
    await nats?.kill();
    const bus = await natsBus();
    expect(bus.isUp()).toBe(false);
    const heard: number[] = [];
    bus.subscribe("later", ({ data }) => heard.push(data[0] ?? 0));
    await nats?.start();
    await expect.poll(() => bus.isUp(), { timeout: 10_000 }).toBe(true);
    bus.publish("later", Uint8Array.of(3));
    await expect.poll(() => heard).toEqual([3]);
  });
});

test.each(["http://bus", "nats://", "nats://a,http://b", "no address"])(
  "%s is no address of a bus",
  async (address) => {
    await expect(NatsBus.open(address, log)).rejects.toMatchObject({ code: "invalid-request" });
  },
);
