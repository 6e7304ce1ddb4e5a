import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { agentIdentity } from "./agent-identity.ts";
import type { Enrolment } from "./data-folder.ts";
import { identityPlace, loadStoredIdentity, moveIdentity } from "./identity-place.ts";
import { rotateIdentity } from "./key-rotation.ts";
import type { Keychain } from "./keychain.ts";

let folder = "";
let path = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "culvert-keys-"));
  path = join(folder, "identity.json");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A keychain in memory; `fails`: what it rejects with from now on. */
function memoryKeychain() {
  const kept = new Map<string, string>();
  const state = { fails: "" };
  const ask = async <Result>(result: () => Result): Promise<Result> => {
    if (state.fails !== "") throw new Error(state.fails);
    return result();
  };
  const keychain: Keychain = {
    read: (name) => ask(() => kept.get(name)),
    write: (name, secret) => ask(() => void kept.set(name, secret)),
    remove: (name) => ask(() => void kept.delete(name)),
  };
  return { keychain, kept, state };
}

const serverIdAt = async (keychain: Keychain) =>
  agentIdentity((await loadStoredIdentity(path, "file", keychain)).stored).serverId;

test("keys go into the keychain and back, and stay the same machine's", async () => {
  const { keychain, kept } = memoryKeychain();
  const serverId = await serverIdAt(keychain);
  expect(await identityPlace(folder)).toBe("file");
  await moveIdentity(folder, "keychain", keychain);
  expect(await identityPlace(folder)).toBe("keychain");
  expect([...kept.keys()]).toEqual([serverId]);
  const left = await readFile(path, "utf8");
  expect(left).not.toContain('"d"');
  expect(await serverIdAt(keychain)).toBe(serverId);
  await moveIdentity(folder, "keychain", keychain);
  await moveIdentity(folder, "file", keychain);
  expect([await identityPlace(folder), kept.size]).toEqual(["file", 0]);
  expect(await serverIdAt(keychain)).toBe(serverId);
});

test("keys of a rotation that was not finished move too", async () => {
  const { keychain, kept } = memoryKeychain();
  const nextPath = join(folder, "identity-next.json");
  await serverIdAt(keychain);
  const next = agentIdentity((await loadStoredIdentity(nextPath, "file", keychain)).stored).serverId;
  await moveIdentity(folder, "keychain", keychain);
  expect(await readFile(nextPath, "utf8")).not.toContain('"d"');
  expect(kept.has(next)).toBe(true);
  await moveIdentity(folder, "file", keychain);
  expect([(await loadStoredIdentity(nextPath, "file", keychain)).place, kept.size]).toEqual(["file", 0]);
});

test("a rotation puts keys that an earlier one left in a file where the old ones lie", async () => {
  const { keychain } = memoryKeychain();
  const nextPath = join(folder, "identity-next.json");
  await moveIdentity(folder, "keychain", keychain);
  const { stored } = await loadStoredIdentity(nextPath, "file", keychain);
  const { serverId } = agentIdentity(stored);
  const unreachable: Enrolment = { v: 1, serverId, label: "studio", serverUrl: "not an address", signingKeys: [] };
  await expect(rotateIdentity(folder, unreachable, keychain)).rejects.toThrow("Invalid URL");
  expect(await readFile(nextPath, "utf8")).not.toContain('"d"');
  expect(await loadStoredIdentity(nextPath, "file", keychain)).toEqual({ stored, place: "keychain" });
});

test("a folder without keys gets them where it was asked for", async () => {
  const { keychain, kept } = memoryKeychain();
  expect(await identityPlace(folder)).toBeUndefined();
  await moveIdentity(folder, "keychain", keychain);
  expect([await identityPlace(folder), kept.size]).toEqual(["keychain", 1]);
});

test("where the keychain fails, keys stay where they are", async () => {
  const { keychain, state } = memoryKeychain();
  const serverId = await serverIdAt(keychain);
  state.fails = "AccessDenied";
  await expect(moveIdentity(folder, "keychain", keychain)).rejects.toThrow("AccessDenied");
  expect(await identityPlace(folder)).toBe("file");
  expect(await serverIdAt(keychain)).toBe(serverId);
});

test("a keychain that takes keys and does not give them back gets none", async () => {
  const { keychain } = memoryKeychain();
  await serverIdAt(keychain);
  const forgetful: Keychain = { ...keychain, write: async () => {} };
  await expect(moveIdentity(folder, "keychain", forgetful)).rejects.toThrow("The keychain holds no keys");
  expect(await identityPlace(folder)).toBe("file");
});

test("keys that are gone from the keychain are named, and none are made in their place", async () => {
  const { keychain, kept } = memoryKeychain();
  await moveIdentity(folder, "keychain", keychain);
  kept.clear();
  await expect(loadStoredIdentity(path, "file", keychain)).rejects.toMatchObject({
    message: expect.stringContaining("The keychain holds no keys"),
    hint: expect.stringContaining("Unlock the keychain"),
  });
  await writeFile(path, '{"v":1,"keychain":{}}');
  await expect(identityPlace(folder)).rejects.toThrow(`${path} is damaged`);
});
