import { createPublicKey, verify } from "node:crypto";
import { mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Enrolment, keepSigningKeys, loadEnrolment, loadIdentity, storeEnrolment } from "./data-folder.ts";

let folder = "";
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "culvert-identity-")), "data");
});
afterEach(() => rm(join(folder, ".."), { recursive: true, force: true }));

test("a first run makes keys that later runs find again", async () => {
  const first = await loadIdentity(folder);
  const second = await loadIdentity(folder);
  expect(second.publicKey).toEqual(first.publicKey);
  expect(second.serverId).toMatch(/^[a-z2-7]{26}$/);
});

test("the identity vouches for the Noise key", async () => {
  const { publicKey } = await loadIdentity(folder);
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: publicKey.identityKey }, format: "jwk" });
  const text = Buffer.from(`culvert-noise-key\n${publicKey.noiseKey}`);
  expect(verify(null, text, key, Buffer.from(publicKey.noiseKeySignature, "base64url"))).toBe(true);
});

test("only the owner can read the folder and its files, and no draft stays", async () => {
  await loadIdentity(folder);
  await storeEnrolment(folder, enrolment());
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await readdir(folder)).sort()).toEqual(["enrolment.json", "identity.json"]);
  for (const name of await readdir(folder)) {
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
  }
});

test("an enrolment is kept", async () => {
  expect(await loadEnrolment(folder)).toBeUndefined();
  await storeEnrolment(folder, enrolment());
  expect(await loadEnrolment(folder)).toEqual(enrolment());
});

test("signing keys that followed are kept with the rest, and a folder without an enrolment stays so", async () => {
  await keepSigningKeys(folder, []);
  expect(await loadEnrolment(folder)).toBeUndefined();
  await storeEnrolment(folder, enrolment());
  const [key] = enrolment().signingKeys;
  if (key === undefined) throw new Error("the enrolment of these tests has a key");
  const signingKeys = [
    { ...key, endsAtMs: 5 },
    { ...key, kid: "next" },
  ];
  await keepSigningKeys(folder, signingKeys);
  expect(await loadEnrolment(folder)).toEqual({ ...enrolment(), signingKeys });
});

test("a damaged file is named and never overwritten", async () => {
  await loadIdentity(folder);
  const path = join(folder, "identity.json");
  await writeFile(path, "{");
  await expect(loadIdentity(folder)).rejects.toThrow(`${path} is damaged`);
  expect((await stat(path)).size).toBe(1);
});

function enrolment(): Enrolment {
  return {
    v: 1,
    serverUrl: "http://culvert.localhost:4000",
    label: "studio-mac",
    serverId: "a".repeat(26) as Enrolment["serverId"],
    signingKeys: [{ kid: "k1", kty: "OKP", crv: "Ed25519", x: "A".repeat(43) }],
  };
}
