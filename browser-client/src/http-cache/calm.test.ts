import { expect, it } from "vitest";
import { Calm } from "./calm.ts";

/** A calm whose delays are counted; `busy` of them see something asked for. */
async function delaysUntilCalm(busy: number): Promise<number> {
  let delays = 0;
  const calm: Calm = new Calm(async () => {
    delays += 1;
    if (delays <= busy) calm.touch();
  });
  await calm.wait();
  return delays;
}

it("waits until nothing is asked for, and not for ever", async () => {
  expect(await delaysUntilCalm(0)).toBe(1);
  expect(await delaysUntilCalm(3)).toBe(4);
  expect(await delaysUntilCalm(Number.POSITIVE_INFINITY)).toBe(8);
});

it("waits once for all who wait", async () => {
  let delays = 0;
  const calm = new Calm(async () => {
    delays += 1;
  });
  await Promise.all([calm.wait(), calm.wait()]);
  expect(delays).toBe(1);
  await calm.wait();
  expect(delays).toBe(2);
});
