import { TunnelError } from "@culvert/protocol";
import { expect, test } from "vitest";
import { streamPair } from "../testing/stream-pair.ts";
import { TurnedStream } from "./turned-stream.ts";
import { WorkTurns } from "./work-turns.ts";

test("one who asks while nobody waits goes on at once, without a round of the event loop", async () => {
  const turn = new WorkTurns().viewer("one");
  let isRoundOver = false;
  setImmediate(() => {
    isRoundOver = true;
  });
  await turn.take();
  expect(isRoundOver).toBe(false);
});

test("a burst of one viewer is let go a slice at a time, and one who comes after it is not behind it", async () => {
  const turns = new WorkTurns();
  const [flood, other] = [turns.viewer("one"), turns.viewer("other")];
  const done: string[] = [];
  const burst = Array.from({ length: 200 }, async () => {
    await flood.take();
    busy(0.5);
    done.push("flood");
  });
  await new Promise((resolve) => setImmediate(resolve));
  const before = done.length;
  await other.take();
  done.push("other");
  await Promise.all(burst);
  expect(before).toBeLessThan(20);
  expect(done.indexOf("other") - before).toBeLessThan(20);
  expect(done.filter((who) => who === "flood")).toHaveLength(200);
});

test("I/O comes between the slices of a burst", async () => {
  const turn = new WorkTurns().viewer("one");
  let rounds = 0;
  const count = () => {
    rounds += 1;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  await Promise.all(Array.from({ length: 60 }, () => turn.take().then(() => busy(0.5))));
  clearImmediate(timer);
  expect(rounds).toBeGreaterThan(10);
});

test("a viewer's turns come in their order, and everybody's come", async () => {
  const turns = new WorkTurns();
  const [first, second] = [turns.viewer("one"), turns.viewer("other")];
  const order: string[] = [];
  const take = (viewer: typeof first, name: string) => viewer.take().then(() => void order.push(name));
  await Promise.all(
    [0, 1, 2, 3, 4, 5, 6].flatMap((index) => [take(first, `first ${index}`), take(second, `second ${index}`)]),
  );
  for (const name of ["first", "second"]) {
    expect(order.filter((line) => line.startsWith(name))).toEqual([0, 1, 2, 3, 4, 5, 6].map((at) => `${name} ${at}`));
  }
});

test("tunnels of one viewer stand in one place", async () => {
  const turns = new WorkTurns();
  const tunnels = Array.from({ length: 10 }, () => turns.viewer("one"));
  let done = 0;
  const burst = tunnels.flatMap((tunnel) =>
    Array.from({ length: 10 }, async () => {
      await tunnel.take();
      busy(0.5);
      done += 1;
    }),
  );
  await new Promise((resolve) => setImmediate(resolve));
  const before = done;
  await turns.viewer("other").take();
  expect(done - before).toBeLessThan(10);
  await Promise.all(burst);
});

test("the end lets everybody go at once, and nobody waits after it", async () => {
  const turns = new WorkTurns();
  const viewer = turns.viewer("one");
  let done = 0;
  let isRoundOver = false;
  setImmediate(() => {
    isRoundOver = true;
  });
  const waiting = Array.from({ length: 50 }, () => viewer.take().then(() => (done += 1)));
  turns.end();
  await Promise.all(waiting);
  for (let count = 0; count < 50; count += 1) await viewer.take();
  expect([done, isRoundOver]).toEqual([50, false]);
});

test("a stream's failures are told in turn", async () => {
  const { viewer, agent } = streamPair("http");
  const turn = Promise.withResolvers<void>();
  const stream = new TurnedStream(agent, { take: () => turn.promise });
  const heard: string[] = [];
  const hear = (what: string) => (thrown: unknown) => void heard.push(`${what}: ${TunnelError.from(thrown).code}`);
  const reading = stream.read().catch(hear("read"));
  const closing = stream.closed.catch(hear("closed"));
  viewer.reset("canceled");
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toEqual([]);
  turn.resolve();
  await Promise.all([reading, closing]);
  expect(heard.sort()).toEqual(["closed: canceled", "read: canceled"]);
});

test("a stream in turns is the stream: its bytes, its end, its reset", async () => {
  const { viewer, agent } = streamPair("http");
  const stream = new TurnedStream(agent, new WorkTurns().viewer("one"));
  await viewer.write(Uint8Array.of(1, 2));
  viewer.end();
  expect(await stream.read()).toEqual(Uint8Array.of(1, 2));
  expect(await stream.read()).toBeNull();
  await stream.write(Uint8Array.of(3));
  expect(await viewer.read()).toEqual(Uint8Array.of(3));
  expect(stream.acknowledgedBytes()).toBe(agent.acknowledgedBytes());
  stream.reset("policy");
  await expect(viewer.read()).rejects.toMatchObject({ code: "policy" });
});

/** Keeps the process busy, ms. */
function busy(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}
