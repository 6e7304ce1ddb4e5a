/** The audit log as a chain, on both engines: what breaks it is found, what is appended at once comes one after the other. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appendAudit, verifyChain } from "../src/audit/index.ts";
import type { Store } from "../src/store/index.ts";
import { engineNames, hasEngine, type StorePlace, startEngine, type TestEngine } from "./engines.ts";

describe.each(engineNames.filter(hasEngine))("on %s", (engineName) => {
  let engine: TestEngine;
  let place: StorePlace;
  let store: Store;

  const append = (accountId: string, subject: string, on = store) =>
    on.queries.transaction().execute((transaction) =>
      appendAudit(transaction, {
        ...{ accountId, memberId: "m", who: "ada@example.org", address: "127.0.0.1" },
        ...{ action: "open", subject, details: {}, nowMs: 5 },
      }),
    );

  beforeAll(async () => {
    engine = await startEngine(engineName);
  }, 60_000);
  afterAll(() => engine.stop());
  beforeEach(async () => {
    place = await engine.place();
    store = await place.open();
    for (const subject of ["one", "two", "three"]) {
      for (const accountId of ["mine", "theirs"]) await append(accountId, subject);
    }
  });
  afterEach(() => store.close());

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

  test("what is appended at once, on two nodes where there are two, is one chain without a gap", async () => {
    const other = engineName === "postgres" ? await place.open() : store;
    const appends = Array.from({ length: 100 }, (_, index) => append("busy", String(index), index % 2 ? store : other));
    await Promise.all(appends);
    expect(await check("busy")).toMatchObject({ events: 100, brokenAt: null });
    if (other !== store) await other.close();
  });
});
