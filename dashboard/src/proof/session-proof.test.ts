/** How a page comes to its proof, keeps it, and asks for another one. */
import { TunnelError } from "@culvert/protocol";
import { beforeEach, expect, it } from "vitest";
import type { ApiRequestOptions } from "../api/plain-request.ts";
import type { BrowserKeys } from "./browser-key.ts";
import { SessionProof } from "./session-proof.ts";
import { signKey, thumbprintOf } from "./signed-key.ts";

const origin = "http://localhost:4000";
const minuteMs = 60_000;

/** A server that numbers what it gives out. */
class ScriptedServer {
  readonly asked: string[] = [];
  readonly nonces: unknown[] = [];
  refusal: TunnelError | undefined;
  #given = 0;

  readonly request = async <Answer>(path: string, { body, schema }: ApiRequestOptions<Answer>): Promise<Answer> => {
    this.asked.push(path);
    this.#given += 1;
    if (path === "/api/auth/challenge") return schema.parse({ challenge: `challenge-${this.#given}` });
    const [, payload = ""] = (body as { signed: string }).signed.split(".");
    this.nonces.push(JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/"))).nonce);
    const refused = this.refusal;
    this.refusal = undefined;
    if (refused !== undefined) throw refused;
    return schema.parse({ proof: `proof-${this.#given}`, lastsMs: 10 * minuteMs });
  };
}

let server: ScriptedServer;
let kept: CryptoKeyPair | undefined;
let nowMs: number;
let proof: SessionProof;

const makeKeys = () => crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
const keys: BrowserKeys = {
  load: async () => kept,
  loadOrMake: async () => {
    kept ??= await makeKeys();
    return kept;
  },
  forget: async () => {
    kept = undefined;
  },
};

beforeEach(async () => {
  server = new ScriptedServer();
  kept = await makeKeys();
  nowMs = 0;
  proof = new SessionProof({ challenge: "of-the-document", origin, keys, request: server.request, nowMs: () => nowMs });
});

const shown = async () => (await proof.headersFor("/api/servers"))["x-culvert-proof"];

it("signs the document's own challenge, once for all that wait", async () => {
  expect(await Promise.all([shown(), shown(), shown()])).toEqual(["proof-1", "proof-1", "proof-1"]);
  expect(server.asked).toEqual(["/api/auth/proofs"]);
  expect(server.nonces).toEqual(["of-the-document"]);
});

it("renews in the last fifth of its time, with a challenge of then", async () => {
  await shown();
  nowMs = 7 * minuteMs;
  expect(await shown()).toBe("proof-1");
  nowMs = 9 * minuteMs;
  expect(await shown()).toBe("proof-3");
  expect(server.nonces).toEqual(["of-the-document", "challenge-2"]);
});

it("asks for a challenge where the document's is too old", async () => {
  server.refusal = new TunnelError("expired", "old");
  expect(await shown()).toBe("proof-3");
  expect(server.nonces).toEqual(["of-the-document", "challenge-2"]);
});

it("asks nobody without a key, and shows nothing where the server knows another one", async () => {
  kept = undefined;
  expect(await proof.headersFor("/api/servers")).toEqual({});
  expect(server.asked).toEqual([]);
  kept = await makeKeys();
  server.refusal = new TunnelError("unauthenticated", "another browser");
  expect(await proof.headersFor("/api/servers")).toEqual({});
  expect(await proof.socketProtocols()).not.toEqual([]);
});

it("passes on that the server is away, and is not stuck with it", async () => {
  server.refusal = new TunnelError("network", "away");
  await expect(shown()).rejects.toMatchObject({ code: "network" });
  expect(await shown()).toMatch(/^proof-/);
});

it("gives another proof for one that was refused, none where it has none", async () => {
  const refused = await proof.headersFor("/api/servers");
  expect(await proof.headersAfter(refused)).toEqual({ "x-culvert-proof": "proof-3" });
  expect(await proof.headersAfter({})).toBeUndefined();
  server.refusal = new TunnelError("unauthenticated", "signed out");
  expect(await proof.headersAfter({ "x-culvert-proof": "proof-3" })).toBeUndefined();
});

it.each(["/api/auth/sign-in/code", "/api/auth/sign-in/oidc", "/api/auth/passkey/verify-authentication"])(
  "names the key to %s and shows no proof of an earlier sign-in",
  async (path) => {
    await shown();
    expect(await proof.headersFor(path)).toEqual({ "x-culvert-key": await thumbprintOf(await keys.loadOrMake()) });
    expect(await shown()).toBe("proof-3");
  },
);

it("opens sockets with the proof before what they speak is chosen", async () => {
  expect(await proof.socketProtocols()).toEqual(["culvert", "culvert-proof.proof-1"]);
});

it("signs as ES256 says, its public key in the header", async () => {
  const pair = await makeKeys();
  const [header = "", payload = "", signature = ""] = (await signKey(pair, "nonce", origin)).split(".");
  const bytes = (text: string) =>
    Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
  const read = (text: string) => JSON.parse(new TextDecoder().decode(bytes(text)));
  expect(read(header)).toMatchObject({ alg: "ES256", typ: "culvert-key+jwt", jwk: { kty: "EC", crv: "P-256" } });
  expect(Object.keys(read(header).jwk)).not.toContain("d");
  expect(read(payload)).toEqual({ aud: origin, nonce: "nonce" });
  const signed = new TextEncoder().encode(`${header}.${payload}`);
  const algorithm = { name: "ECDSA", hash: "SHA-256" };
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const verifier = await crypto.subtle.importKey("jwk", read(header).jwk, curve, false, ["verify"]);
  expect(await crypto.subtle.verify(algorithm, verifier, bytes(signature), signed)).toBe(true);
  await expect(crypto.subtle.exportKey("jwk", pair.privateKey)).rejects.toMatchObject({ name: "InvalidAccessError" });
});
