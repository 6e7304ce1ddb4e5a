/** Whose a machine is: one account's, for good. */
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { enrolmentProof, noiseKeyProof, type ServerId } from "@culvert/protocol/signaling";
import { afterEach, beforeEach, expect, test } from "vitest";
import { MemoryBus } from "../bus/index.ts";
import { issueCode } from "../keys/index.ts";
import { AccountEvents, Attachments, ServerDirectory } from "../servers/index.ts";
import { openStore, type Store } from "../store/index.ts";
import { redeemEnrolment } from "./enrolment.ts";

let folder: string;
let store: Store;
let directory: ServerDirectory;
const nowMs = () => 1_000;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "culvert-enrolment-"));
  store = await openStore(folder);
  const nodes = { nodeId: "node", isAlive: () => false };
  const events = new AccountEvents(new MemoryBus(), nodes.nodeId);
  directory = new ServerDirectory({ store, attachments: new Attachments(), nodes, events, nowMs });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const { publicKey, privateKey } = generateKeyPairSync("ed25519");
const identityKey = publicKey.export({ format: "jwk" }).x ?? "";
const noiseKey = generateKeyPairSync("x25519").publicKey.export({ format: "jwk" }).x ?? "";
const signed = (text: string) => sign(null, Buffer.from(text), privateKey).toString("base64url");

async function enrolFor(accountId: string): Promise<ServerId> {
  const { code } = await issueCode(store.queries, {
    purpose: "enrolment",
    accountId,
    lifetimeMs: 1_000,
    nowMs: nowMs(),
  });
  const request = {
    code,
    label: "studio-mac",
    identityKey,
    noiseKey,
    noiseKeySignature: signed(noiseKeyProof(noiseKey)),
    signature: signed(enrolmentProof(code, identityKey, noiseKey)),
  };
  return redeemEnrolment({ store, directory, serversPerAccount: 500, nowMs }, request, "127.0.0.1");
}

test("a key of one account cannot come under another, not even after its removal", async () => {
  const serverId = await enrolFor("mine");
  await expect(enrolFor("theirs")).rejects.toMatchObject({
    code: "forbidden",
    hint: expect.stringContaining("new keys"),
  });
  await directory.remove({ accountId: "mine", address: "127.0.0.1" }, serverId);
  await expect(enrolFor("theirs")).rejects.toMatchObject({ code: "forbidden" });
  expect(await enrolFor("mine")).toBe(serverId);
  expect(await directory.list("mine")).toMatchObject([{ serverId, state: "disconnected" }]);
});

test("a server of another account is not found", async () => {
  const serverId = await enrolFor("mine");
  await expect(directory.find("theirs", serverId)).rejects.toMatchObject({ code: "not-found" });
  await expect(directory.change({ accountId: "theirs", address: "" }, serverId, { label: "x" })).rejects.toMatchObject({
    code: "not-found",
  });
  await expect(directory.remove({ accountId: "theirs", address: "" }, serverId)).rejects.toMatchObject({
    code: "not-found",
  });
});
