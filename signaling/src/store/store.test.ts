/** The store's promises: it owns its folder, keeps what it acknowledged, and comes up to date by itself. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore, type Store } from "./store.ts";

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "culvert-store-"));
  store = await openStore(join(folder, "data"));
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const origin = {
  label: "a",
  accountId: "b",
  serverId: "c",
  serviceId: "d",
  serviceName: "e",
  createdAt: 1_700_000_000_000,
};

test("a second store on the same folder is refused in words, in this process", async () => {
  await expect(openStore(join(folder, "data"))).rejects.toMatchObject({
    code: "limit-reached",
    message: expect.stringContaining("in use by another Culvert process"),
    hint: expect.stringContaining("--data"),
  });
});

test("a second process on the same folder is refused", () => {
  const script = `import { openStore } from ${JSON.stringify(new URL("./store.ts", import.meta.url).href)};
    await openStore(process.argv[1]).then(() => console.log("opened"), (error) => console.log(error.message));`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script, join(folder, "data")], {
    encoding: "utf8",
  });
  expect(child.stdout).toContain("is in use by another Culvert process");
});

test("what was written is there after closing and opening again, and migrations run once", async () => {
  await store.queries.insertInto("appOrigins").values(origin).execute();
  await store.close();
  store = await openStore(join(folder, "data"));
  expect(await store.queries.selectFrom("appOrigins").selectAll().execute()).toEqual([origin]);
});

test("a transaction that throws leaves nothing behind", async () => {
  const failing = store.queries.transaction().execute(async (transaction) => {
    await transaction.insertInto("appOrigins").values(origin).execute();
    throw new Error("no");
  });
  await expect(failing).rejects.toThrow("no");
  expect(await store.queries.selectFrom("appOrigins").selectAll().execute()).toEqual([]);
});

test("the data folder is closed to others", () => {
  expect(statSync(join(folder, "data")).mode & 0o077).toBe(0);
});
