/** The audit log as a chain: what breaks it is found. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openStore, type Store } from "../store/index.ts";
import { appendAudit, brokenAuditEvent } from "./audit.ts";

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "culvert-audit-"));
  store = await openStore(folder);
  for (const subject of ["one", "two", "three"]) {
    for (const accountId of ["mine", "theirs"]) {
      await store.queries
        .transaction()
        .execute((transaction) =>
          appendAudit(transaction, { accountId, action: "open", subject, details: {}, address: "127.0.0.1", nowMs: 5 }),
        );
    }
  }
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

test("an untouched chain is whole, account by account, and so is an empty one", async () => {
  expect(await brokenAuditEvent(store.queries, "mine")).toBeUndefined();
  expect(await brokenAuditEvent(store.queries, "nobody")).toBeUndefined();
});

test("a changed event breaks its chain there, and no other account's", async () => {
  await store.queries
    .updateTable("auditEvents")
    .set({ address: "10.0.0.1" })
    .where("accountId", "=", "mine")
    .where("sequence", "=", 2)
    .execute();
  expect(await brokenAuditEvent(store.queries, "mine")).toBe(2);
  expect(await brokenAuditEvent(store.queries, "theirs")).toBeUndefined();
});

test("a removed last event shows by the head", async () => {
  await store.queries.deleteFrom("auditEvents").where("accountId", "=", "mine").where("sequence", "=", 3).execute();
  expect(await brokenAuditEvent(store.queries, "mine")).toBe(3);
});
