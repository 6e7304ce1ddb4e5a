/** Codes that work once, told apart by what went wrong. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore, type Store } from "../store/index.ts";
import { issueCode, useCode } from "./one-time-codes.ts";

let folder: string;
let store: Store;
const minuteMs = 60_000;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "culvert-codes-"));
  store = await openStore(folder);
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const issue = (nowMs = 0) =>
  issueCode(store.queries, { purpose: "enrolment", accountId: "owner", lifetimeMs: 10 * minuteMs, nowMs });

test("a code works once, then says that it was used and by whose account", async () => {
  const { code, expiresAt } = await issue();
  expect(expiresAt).toBe(600_000);
  expect(await useCode(store.queries, "enrolment", ` ${code.toUpperCase()} `, minuteMs)).toBe("owner");
  await expect(useCode(store.queries, "enrolment", code, minuteMs)).rejects.toMatchObject({
    code: "already-used",
    accountId: "owner",
  });
});

test("of 100 simultaneous uses exactly one succeeds", async () => {
  const { code } = await issue();
  const uses = Array.from({ length: 100 }, () => useCode(store.queries, "enrolment", code, minuteMs));
  const outcomes = await Promise.allSettled(uses);
  expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
});

test("a code is over after its time", async () => {
  const { code } = await issue();
  await expect(useCode(store.queries, "enrolment", code, 10 * minuteMs)).rejects.toMatchObject({ code: "expired" });
});

test("a code of one purpose is unknown to the other", async () => {
  const { code } = await issue();
  await expect(useCode(store.queries, "sign-in", code, 1)).rejects.toMatchObject({ code: "not-found" });
});

test("the code does not stand in the store", async () => {
  const { code } = await issue();
  expect(JSON.stringify(await store.queries.selectFrom("oneTimeCodes").selectAll().execute())).not.toContain(code);
});

test("beyond 20 unused codes the oldest lapse", async () => {
  const first = await issue(0);
  for (let count = 1; count <= 20; count += 1) await issue(count);
  await expect(useCode(store.queries, "enrolment", first.code, 30)).rejects.toMatchObject({ code: "expired" });
});
