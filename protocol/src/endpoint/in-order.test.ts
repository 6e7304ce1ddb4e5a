import { describe, expect, it } from "vitest";
import { InOrder } from "./in-order.ts";

function queue() {
  const log: string[] = [];
  const inOrder = new InOrder<string>(
    (value) => log.push(value),
    (thrown) => log.push(`failed: ${thrown instanceof Error ? thrown.message : String(thrown)}`),
  );
  return { inOrder, log };
}

function later() {
  let resolve: (value: string) => void = () => {};
  let reject: (thrown: Error) => void = () => {};
  const promise = new Promise<string>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

const settle = async (): Promise<void> => {
  for (let round = 0; round < 10; round++) await Promise.resolve();
};

describe("values in order", () => {
  it("are handed on at once while nothing is asynchronous", () => {
    const { inOrder, log } = queue();
    inOrder.push(() => "a");
    inOrder.push(() => "b");
    expect(log).toEqual(["a", "b"]);
  });

  it("wait for those begun before them", async () => {
    const { inOrder, log } = queue();
    const [first, second] = [later(), later()];
    inOrder.push(() => first.promise);
    inOrder.push(() => second.promise);
    inOrder.push(() => "c");
    second.resolve("b");
    await settle();
    expect(log).toEqual([]);
    first.resolve("a");
    await settle();
    expect(log).toEqual(["a", "b", "c"]);
  });

  it("stop at the first failure, which keeps its place", async () => {
    const { inOrder, log } = queue();
    const [first, second] = [later(), later()];
    inOrder.push(() => first.promise);
    inOrder.push(() => second.promise);
    inOrder.push(() => "c");
    second.reject(new Error("no"));
    await settle();
    first.resolve("a");
    await settle();
    inOrder.push(() => "d");
    expect(log).toEqual(["a", "failed: no"]);
  });

  it("count a throw as a failure at its place", async () => {
    const { inOrder, log } = queue();
    const first = later();
    inOrder.push(() => first.promise);
    inOrder.push(() => {
      throw new Error("thrown");
    });
    expect(log).toEqual([]);
    first.resolve("a");
    await settle();
    expect(log).toEqual(["a", "failed: thrown"]);
  });

  it("are not handed on after stop", async () => {
    const { inOrder, log } = queue();
    const first = later();
    inOrder.push(() => first.promise);
    inOrder.stop();
    first.resolve("a");
    await settle();
    expect(log).toEqual([]);
  });
});
