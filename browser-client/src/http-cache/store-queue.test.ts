import { expect, test } from "vitest";
import { StoreQueue } from "./store-queue.ts";

/** A queue whose time a test lets pass, 400 ms at a time. */
function queue() {
  const waits: (() => void)[] = [];
  const done: string[] = [];
  const stores = new StoreQueue(() => new Promise((resolve) => waits.push(resolve)));
  const store = (url: string, sizeBytes = 1) => stores.store(url, sizeBytes, async () => void done.push(url));
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const pass = async () => {
    for (const resolve of waits.splice(0)) resolve();
    await settled();
  };
  return { stores, store, done, pass, settled };
}

test("answers are stored in turn once no request came for a while", async () => {
  const { stores, store, done, pass } = queue();
  const all = [store("a"), store("b")];
  stores.noteRequest();
  await pass();
  expect(done, "a request came meanwhile").toEqual([]);
  await pass();
  await Promise.all(all);
  expect(done).toEqual(["a", "b"]);
});

test("a page that asks all the time has its answers stored all the same", async () => {
  const { stores, store, done, pass } = queue();
  void store("a");
  for (let count = 0; count < 9; count += 1) {
    stores.noteRequest();
    await pass();
  }
  expect(done).toEqual([]);
  stores.noteRequest();
  await pass();
  expect(done).toEqual(["a"]);
});

test("whoever wants an address does not wait, also where its answer is yet to come", async () => {
  const { stores, store, done, pass, settled } = queue();
  void store("a");
  const b = store("b");
  void stores.want("b", b);
  await b;
  expect(done).toEqual(["b"]);
  const { promise, resolve } = Promise.withResolvers<void>();
  void stores.want("c", promise);
  await store("c").then(resolve);
  await settled();
  void store("c");
  await settled();
  expect(done, "nobody waits for it now").toEqual(["b", "c"]);
  await pass();
  expect(done).toEqual(["b", "c", "a", "c"]);
});

test("a store that fails does not hold up those behind it, nor do bodies wait that are too much to hold", async () => {
  const { stores, store, done, pass, settled } = queue();
  const failing = stores.store("a", 1, () => Promise.reject(new Error("full")));
  const failed = expect(failing).rejects.toThrow("full");
  void store("b");
  void store("large", 17 * 1024 * 1024);
  await settled();
  expect(done).toEqual(["large"]);
  await pass();
  await failed;
  await settled();
  expect(done).toEqual(["large", "b"]);
});
