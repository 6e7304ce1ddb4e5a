/** The audit log as a chain: what breaks it is found, what is appended at once comes one after the other. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore, type Store } from "../store/index.ts";
import { appendAudit } from "./audit.ts";
import { verifyChain } from "./verify-chain.ts";

let folder: string;
let store: Store;

const append = (accountId: string, subject: string) =>
  store.queries.transaction().execute((transaction) =>
    appendAudit(transaction, {
      ...{ accountId, memberId: "m", who: "ada@example.org", address: "127.0.0.1" },
      ...{ action: "open", subject, details: {}, nowMs: 5 },
    }),
  );

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "culvert-audit-"));
  store = await openStore(folder);
  for (const subject of ["one", "two", "three"]) {
    for (const accountId of ["mine", "theirs"]) await append(accountId, subject);
  }
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const check = (accountId: string) => verifyChain(store.queries, accountId, 7);

test("an untouched chain is whole, account by account, and so is an empty one", async () => {
  const { hash } = await store.queries
    .selectFrom("auditHeads")
    .select("hash")
    .where("accountId", "=", "mine")
    .executeTakeFirstOrThrow();
  expect(await check("mine")).toEqual({ checkedAt: 7, events: 3, brokenAt: null, head: { sequence: 3, hash } });
  expect(await check("nobody")).toEqual({ checkedAt: 7, events: 0, brokenAt: null, head: null });
});

test.each([
  ["address", { address: "10.0.0.1" }],
  ["who", { who: "bob@example.org" }],
  ["who, taken away", { who: null }],
  ["member", { memberId: "n" }],
  ["details", { details: '{"a":"b"}' }],
  ["time", { at: 6 }],
])("a changed %s breaks its chain there, and no other account's", async (_what, change) => {
  const query = store.queries.updateTable("auditEvents").set(change).where("accountId", "=", "mine");
  await query.where("sequence", "=", 2).execute();
  expect(await check("mine")).toMatchObject({ brokenAt: 2 });
  expect(await check("theirs")).toMatchObject({ brokenAt: null });
});

test.each([1, 2, 3])("a removed event %d shows", async (sequence) => {
  const query = store.queries.deleteFrom("auditEvents").where("accountId", "=", "mine");
  await query.where("sequence", "=", sequence).execute();
  expect(await check("mine")).toMatchObject({ brokenAt: sequence });
});

test("a rewritten tail that fits in itself shows by the head", async () => {
  const query = store.queries.deleteFrom("auditEvents").where("accountId", "=", "mine");
  await query.where("sequence", ">", 2).execute();
  const head = store.queries.updateTable("auditHeads").set({ sequence: 2 }).where("accountId", "=", "mine");
  await head.execute();
  expect(await check("mine")).toMatchObject({ brokenAt: 2 });
});

test("a chain longer than a page is read to its end", async () => {
  for (let count = 0; count < 600; count += 1) await append("long", String(count));
  expect(await check("long")).toMatchObject({ events: 600, brokenAt: null });
});

test("events of before members stay whole: they are hashed without who acted", async () => {
  await store.queries.deleteFrom("auditEvents").where("accountId", "=", "mine").execute();
  await store.queries.deleteFrom("auditHeads").where("accountId", "=", "mine").execute();
  // As written by an earlier version: SHA-256 of this array as JSON, base64url.
  const old = { sequence: 1, at: 5, action: "open", subject: "s", details: "{}", address: "::1", previousHash: "" };
  const hash = "9x2GYIu6V0ShUmKOhcDveyt_TjYsM4n75I4KBCk6JTI";
  await store.queries
    .insertInto("auditEvents")
    .values({ ...old, accountId: "mine", hash, who: null, memberId: null })
    .execute();
  await store.queries.insertInto("auditHeads").values({ accountId: "mine", sequence: 1, hash }).execute();
  await append("mine", "new");
  expect(await check("mine")).toMatchObject({ events: 2, brokenAt: null });
});
