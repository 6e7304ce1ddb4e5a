import { expect, test } from "vitest";
import type { CacheEntry } from "./cache-entry.ts";
import { EntryIndex } from "./entry-index.ts";
import type { EntryChange, EntryUse } from "./entry-table.ts";

const entryOf = (name: string, sizeBytes = 1) => ({ url: `https://app/${name}`, sizeBytes }) as CacheEntry;

/** An index over a table that is a map, whose transactions a test counts and lets pass. */
function indexOver(...stored: readonly string[]) {
  const rows = new Map<string, { entry: CacheEntry; use: EntryUse }>();
  for (const name of stored) {
    const entry = entryOf(name);
    rows.set(entry.url, { entry, use: { url: entry.url, sizeBytes: 1, usedAtMs: 0 } });
  }
  const waits: (() => void)[] = [];
  const table = { rows, reads: 0, writes: [] as number[], fault: undefined as Error | undefined };
  const index = new EntryIndex({
    table: {
      urls: async () => [...rows.keys()],
      get: async (url) => {
        table.reads += 1;
        return rows.get(url);
      },
      write: async (changes: readonly EntryChange[]) => {
        if (table.fault !== undefined) throw table.fault;
        table.writes.push(changes.length);
        for (const change of changes) {
          if (change.type === "put") rows.set(change.entry.url, change);
          else if (change.type === "delete") rows.delete(change.url);
          else rows.set(change.use.url, { ...(rows.get(change.use.url) as { entry: CacheEntry }), use: change.use });
        }
      },
      uses: async () => [...rows.values()].map(({ use }) => use),
      clear: async () => rows.clear(),
    },
    delay: () => new Promise((resolve) => waits.push(resolve)),
  });
  const pass = async () => {
    for (const resolve of waits.splice(0)) resolve();
    await new Promise(setImmediate);
  };
  return { index, table, pass };
}

test("an address that is not stored is known to be none without a look into the database", async () => {
  const { index, table } = indexOver("a");
  expect(await index.get("https://app/other")).toBeUndefined();
  expect(table.reads).toBe(0);
  expect((await index.get("https://app/a"))?.entry).toEqual(entryOf("a"));
});

test("what a page's requests change is seen at once and written together", async () => {
  const { index, table, pass } = indexOver("old");
  for (const name of ["a", "b", "a"]) await index.put(entryOf(name), 7);
  await index.delete(["https://app/old", "https://app/never"]);
  expect((await index.get("https://app/a"))?.use.usedAtMs).toBe(7);
  expect(await index.get("https://app/old")).toBeUndefined();
  expect(table.writes).toEqual([]);
  await pass();
  expect(table.writes).toEqual([3]);
  expect([...table.rows.keys()]).toEqual(["https://app/a", "https://app/b"]);
});

test("a use is noted beside what waits to be written, and not of what is gone", async () => {
  const { index, table, pass } = indexOver("kept", "gone");
  await index.put(entryOf("new"), 1);
  await index.delete(["https://app/gone"]);
  for (const name of ["new", "kept", "gone"]) {
    await index.touch({ url: `https://app/${name}`, sizeBytes: 1, usedAtMs: 9 });
  }
  await pass();
  expect([...table.rows].map(([url, { use }]) => [url, use.usedAtMs])).toEqual([
    ["https://app/kept", 9],
    ["https://app/new", 9],
  ]);
});

test("who makes room sees what has not been written yet", async () => {
  const { index, table } = indexOver("a");
  await index.put(entryOf("b", 5), 2);
  expect((await index.uses()).map(({ sizeBytes }) => sizeBytes)).toEqual([1, 5]);
  expect(table.writes).toEqual([1]);
});

test("changes that could not be written fail the next one, and the table is asked again what it has", async () => {
  const { index, table, pass } = indexOver("a");
  table.fault = new Error("full");
  await index.put(entryOf("b"), 1);
  await pass();
  await expect(index.put(entryOf("c"), 1)).rejects.toThrow("full");
  expect(await index.get("https://app/b")).toBeUndefined();
  table.fault = undefined;
  await index.put(entryOf("c"), 1);
  await pass();
  expect([...table.rows.keys()]).toEqual(["https://app/a", "https://app/c"]);
});

test("what is deleted after a failed write is deleted all the same", async () => {
  const { index, table, pass } = indexOver("a");
  table.fault = new Error("full");
  await index.put(entryOf("b"), 1);
  await pass();
  table.fault = undefined;
  await index.delete(["https://app/a"]);
  expect(await index.get("https://app/a")).toBeUndefined();
  await pass();
  expect(table.rows.has("https://app/a")).toBe(false);
});

test("after clearing nothing comes back, not even what waited", async () => {
  const { index, table, pass } = indexOver("a");
  await index.put(entryOf("b"), 1);
  await index.clear();
  await pass();
  expect(table.rows.size).toBe(0);
  expect(await index.get("https://app/a")).toBeUndefined();
});
