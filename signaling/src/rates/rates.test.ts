/** Rates that nodes count together, and those that each counts for itself. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { type Postgres, startPostgres } from "../../test/postgres.ts";
import { createLogger } from "../log/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { addressKey } from "./address-key.ts";
import { Rates, TooOften } from "./rates.ts";
import { RelayQuota } from "./relay-quota.ts";
import { forgetCounters } from "./store-limiter.ts";

const log = createLogger("silent");
const three = { max: 3, timeWindow: 60_000 };
let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

describe.each(["sqlite", "postgres"] as const)("on %s", (engine) => {
  let folder: string;
  let store: Store;
  let nodes: [Rates, Rates];
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "culvert-rates-"));
    store = await openStore(folder, engine === "postgres" ? await postgres.createDatabase() : undefined);
    nodes = [new Rates(store, log), new Rates(store, log)];
  });
  afterEach(async () => {
    vi.useRealTimers();
    for (const node of nodes) node.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test("of many simultaneous tries on two nodes exactly as many succeed as are allowed", async () => {
    const tries = Array.from({ length: 40 }, (_, index) => nodes[index % 2 ? 1 : 0].take("sign-in", three, "1.2.3.4"));
    const outcomes = await Promise.allSettled(tries);
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(TooOften);
    }
  });

  test("who has to wait is told how long, in words and as a number", async () => {
    for (let count = 0; count < 3; count += 1) await nodes[0].take("sign-in", three, "1.2.3.4");
    const refused = await nodes[1].take("sign-in", three, "1.2.3.4").catch((thrown: unknown) => thrown);
    expect(refused).toMatchObject({
      code: "rate-limited",
      message: expect.stringContaining("sign-in"),
      hint: expect.stringMatching(/^Try again in \d\d seconds\.$/),
    });
    expect((refused as TooOften).retryAfterMs).toBeGreaterThan(30_000);
  });

  test("others, and other things, have counts of their own", async () => {
    for (let count = 0; count < 3; count += 1) await nodes[0].take("sign-in", three, "1.2.3.4");
    await nodes[0].take("sign-in", three, "1.2.3.5");
    await nodes[0].take("redeem", three, "1.2.3.4");
  });

  test("after its time a count begins anew, and what is over is forgotten", async () => {
    const brief = { max: 1, timeWindow: 1_000 };
    vi.useFakeTimers({ toFake: ["Date"], now: 1_000_000 });
    await nodes[0].take("sign-in", brief, "a");
    await expect(nodes[1].take("sign-in", brief, "a")).rejects.toThrow(TooOften);
    vi.setSystemTime(1_001_001);
    await nodes[1].take("sign-in", brief, "a");
    await forgetCounters(store, 1_001_500);
    expect(await store.queries.selectFrom("rateCounters").selectAll().execute()).toHaveLength(1);
    await forgetCounters(store, 1_003_000);
    expect(await store.queries.selectFrom("rateCounters").selectAll().execute()).toEqual([]);
  });

  test("no address stands in the store", async () => {
    await nodes[0].take("sign-in", three, "203.0.113.77");
    const rows = await store.queries.selectFrom("rateCounters").selectAll().execute();
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain("203.0.113.77");
  });

  test("two nodes together relay an account's day, and at most one piece each beyond it", async () => {
    const MiB = 1024 ** 2;
    const options = { bytesPerDay: 64 * MiB, nowMs: Date.now, onFault: (thrown: unknown) => expect(thrown).toBeNull() };
    const quotas = nodes.map((rates) => new RelayQuota({ ...options, rates }));
    const carried = [0, 0];
    // Each try lets what was asked of the store come in.
    await vi.waitFor(
      async () => {
        for (const [index, quota] of quotas.entries())
          if (quota.take("owner", MiB)) carried[index] = (carried[index] ?? 0) + 1;
        await store.check();
        expect(quotas.map((quota) => quota.take("owner", 0))).toEqual([false, false]);
      },
      { timeout: 30_000, interval: 1 },
    );
    const total = (carried[0] ?? 0) + (carried[1] ?? 0);
    expect(total).toBeGreaterThanOrEqual(32);
    expect(total).toBeLessThanOrEqual(64 + 2 * 16);
    expect(quotas[0]?.take("another", MiB)).toBe(true);
  });
});

test("where the store does not answer a node counts for itself", async () => {
  const folder = mkdtempSync(join(tmpdir(), "culvert-rates-"));
  const store = await openStore(folder);
  await store.close();
  const rates = new Rates(store, log);
  for (let count = 0; count < 3; count += 1) await rates.take("sign-in", three, "a");
  await expect(rates.take("sign-in", three, "a")).rejects.toThrow(TooOften);
  rates.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ["203.0.113.7", "203.0.113.7"],
  ["::ffff:203.0.113.7", "203.0.113.7"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["2001:db8:1:2::9", "2001:db8:1:2::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
])("%s counts as %s", (address, key) => {
  expect(addressKey(address)).toBe(key);
});
