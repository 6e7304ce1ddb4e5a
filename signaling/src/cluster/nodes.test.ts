/** Who lives, by what the store shows of beats: no clock of another node is believed. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore, type Store } from "../store/index.ts";
import { Nodes } from "./nodes.ts";

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "culvert-nodes-"));
  store = await openStore(folder);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function node(nodeId: string, changes: { isAlone?: boolean; isWritten?: boolean; secretsMark?: string } = {}): Nodes {
  return new Nodes({
    ...{ store, nodeId, isWritten: true, isAlone: false, secretsMark: "same", nowMs: () => 1_000 },
    figures: () => ({ agents: 2, relayBytes: 5 }),
    ...changes,
  });
}

test("another node lives while its beat moves, and is dead after three looks at which it stood still", async () => {
  const [here, there] = [node("a"), node("b")];
  const heard: unknown[] = [];
  here.watch((nodeId, isAlive) => heard.push([nodeId, isAlive]));
  await there.look();
  await here.look();
  expect([here.isAlive("b"), here.isAlive("a"), here.isAlive("c"), here.isAlive(null)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  for (let look = 0; look < 2; look += 1) await here.look();
  expect(here.isAlive("b")).toBe(true);
  await here.look();
  expect(here.isAlive("b")).toBe(false);
  await there.look();
  await here.look();
  expect(here.isAlive("b")).toBe(true);
  expect(heard).toEqual([
    ["b", true],
    ["b", false],
    ["b", true],
  ]);
});

test("one that leaves is gone with the next look; figures are those of the living", async () => {
  const [here, there] = [node("a"), node("b")];
  await there.look();
  await here.look();
  expect(here.count()).toEqual({ nodes: 2, agents: 4, relayBytes: 10 });
  await there.leave();
  await here.look();
  expect([here.isAlive("b"), here.count().nodes]).toEqual([false, 1]);
});

test("one that was forgotten while it could not reach the store is back with its next beat", async () => {
  const [here, there] = [node("a"), node("b")];
  await there.look();
  await here.look();
  await store.queries.deleteFrom("nodes").where("nodeId", "=", "b").execute();
  await here.look();
  expect(here.isAlive("b")).toBe(false);
  await there.look();
  await here.look();
  expect(here.isAlive("b")).toBe(true);
});

test("dead ones with other secrets do not keep a node out, and nothing is written for a store of one process", async () => {
  await node("dead", { secretsMark: "other" }).look();
  const joining = node("a");
  await joining.join();
  expect(joining.isAlive("a")).toBe(true);
  const lone = node("lone", { isWritten: false });
  await lone.join();
  const rows = await store.queries.selectFrom("nodes").select("nodeId").orderBy("nodeId").execute();
  expect(rows.map(({ nodeId }) => nodeId)).toEqual(["a", "dead"]);
});
