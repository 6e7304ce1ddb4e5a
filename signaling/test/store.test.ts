/** The store's promises, the same on both engines. */
import { afterAll, afterEach, test as anyTest, beforeAll, beforeEach, describe, expect, vi } from "vitest";
import { appendAudit, verifyChain } from "../src/audit/index.ts";
import { issueCode, useCode } from "../src/keys/index.ts";
import { lockAccount, type Store } from "../src/store/index.ts";
import { engineNames, hasEngine, type StorePlace, startEngine, type TestEngine } from "./engines.ts";

vi.setConfig({ testTimeout: 60_000 });

const nowMs = 1_700_000_000_000;
const origin = { label: "a", accountId: "b", serverId: "c", serviceId: "d", serviceName: "e", createdAt: nowMs };
const hundred = Array.from({ length: 100 }, (_, index) => index);

describe.for(engineNames)("a store on %s", (name) => {
  const test = anyTest.skipIf(!hasEngine(name));
  let engine: TestEngine;
  let place: StorePlace;
  let store: Store;

  beforeAll(async () => {
    if (hasEngine(name)) engine = await startEngine(name);
  }, 60_000);
  afterAll(() => engine?.stop());
  beforeEach(async () => {
    place = await engine.place();
    store = await place.open();
  });
  afterEach(() => store.close());

  test("answers, and says which engine it stands on", async () => {
    await store.check();
    expect([store.engine, store.fault()]).toEqual([name, undefined]);
  });

  test("gives back what was written after closing and opening again, numbers as numbers", async () => {
    await store.queries.insertInto("appOrigins").values(origin).execute();
    await store.close();
    store = await place.open();
    expect(await store.queries.selectFrom("appOrigins").selectAll().execute()).toEqual([origin]);
    const { count } = await store.queries
      .selectFrom("appOrigins")
      .select((select) => select.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    expect(count).toBe(1);
  });

  test("leaves nothing of a transaction that throws", async () => {
    const failing = store.queries.transaction().execute(async (transaction) => {
      await transaction.insertInto("appOrigins").values(origin).execute();
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(await store.queries.selectFrom("appOrigins").selectAll().execute()).toEqual([]);
  });

  test("brings tables up to date once, however many nodes start at the same time", async () => {
    if (name === "sqlite") return;
    const fresh = await engine.place();
    const stores = await Promise.all([fresh.open(), fresh.open(), fresh.open()]);
    await Promise.all(stores.map((opened) => opened.check()));
    await Promise.all(stores.map((opened) => opened.close()));
  });

  test("lets exactly one of 100 simultaneous uses of a code through", async () => {
    const issue = { purpose: "enrolment", accountId: "account", lifetimeMs: 1_000, nowMs } as const;
    const { code } = await issueCode(store.queries, issue);
    const outcomes = await Promise.allSettled(
      hundred.map(() =>
        store.queries.transaction().execute((transaction) => useCode(transaction, "enrolment", code, nowMs)),
      ),
    );
    const codes = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : outcome.reason.code));
    expect(codes.filter((found) => found === "account").length).toBe(1);
    expect(codes.filter((found) => found === "already-used").length).toBe(99);
  });

  test("keeps an account's audit chain whole under 100 simultaneous events", async () => {
    const event = { accountId: "account", action: "open", subject: "s", details: {}, address: "", nowMs } as const;
    await Promise.all(
      hundred.map(() => store.queries.transaction().execute((transaction) => appendAudit(transaction, event))),
    );
    expect(await verifyChain(store.queries, "account", nowMs)).toMatchObject({ brokenAt: null, events: 100 });
    const { sequence } = await lockAccount(store.queries, "account");
    expect(sequence).toBe(100);
  });

  test("counts under an account's lock are never passed by", async () => {
    const add = (index: number) =>
      store.queries.transaction().execute(async (transaction) => {
        await lockAccount(transaction, "account");
        const rows = await transaction.selectFrom("appOrigins").select("label").execute();
        if (rows.length >= 10) return;
        await transaction
          .insertInto("appOrigins")
          .values({ ...origin, label: String(index) })
          .execute();
      });
    await Promise.all(hundred.map(add));
    expect((await store.queries.selectFrom("appOrigins").select("label").execute()).length).toBe(10);
  });
});
