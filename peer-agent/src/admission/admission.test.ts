import { createHash, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import type { Admission, AdmissionRequest } from "@culvert/protocol/endpoint";
import { SignJWT, UnsecuredJWT } from "jose";
import { expect, test } from "vitest";
import { forgetfulTrust } from "../agent/agent-trust.ts";
import { ServerClock } from "../signaling-link/index.ts";
import { TunnelAdmission } from "./admission.ts";
import { SigningKeyPins } from "./signing-key-pins.ts";

const nowMs = 1_790_000_000_000;
const nowSeconds = nowMs / 1000;
const signer = generateKeyPairSync("ed25519");
const jwk = signer.publicKey.export({ format: "jwk" });
const pinnedKeys = [{ kid: "k1", kty: "OKP" as const, crv: "Ed25519" as const, x: jwk.x ?? "" }];
const serverId = "a".repeat(26);
const serviceId = "b".repeat(26);
const sessionId = "c".repeat(26);
const deviceKey = new Uint8Array(32).fill(7);

function thumbprint(key: Uint8Array): string {
  const x = Buffer.from(key).toString("base64url");
  return createHash("sha256")
    .update(JSON.stringify({ crv: "X25519", kty: "OKP", x }))
    .digest("base64url");
}

const goodClaims = {
  iss: "http://culvert.localhost:4000",
  aud: serverId,
  sub: "account",
  sid: sessionId,
  svc: serviceId,
  jti: "token-1",
  iat: nowSeconds,
  exp: nowSeconds + 60,
  sexp: nowSeconds + 3600,
  cnf: { jkt: thumbprint(deviceKey) },
};

interface Forgery {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, string>;
  readonly key?: KeyObject | Uint8Array;
}

function token({ claims = {}, header = {}, key = signer.privateKey }: Forgery = {}): Promise<string> {
  return new SignJWT({ ...goodClaims, ...claims })
    .setProtectedHeader({ alg: "EdDSA", kid: "k1", typ: "culvert-session+jwt", ...header })
    .sign(key);
}

function admission(serverNowMs = () => nowMs): TunnelAdmission {
  return new TunnelAdmission({ pins: new SigningKeyPins(pinnedKeys), ...forgetfulTrust(), serverNowMs });
}

function request(text: string, changes: Partial<AdmissionRequest> = {}): AdmissionRequest {
  const tunnelId = new Uint8Array(16);
  const relayPolicy = "handshake-only";
  return { token: text, tunnelId, sessionId, serverId, serviceId, relayPolicy, deviceKey, ...changes };
}

function outcome(decision: Admission): string {
  return decision.type === "accepted" ? "accepted" : `${decision.code}: ${decision.message}`;
}

test("a fresh token of this device, session, service and server is accepted", async () => {
  const door = admission();
  expect(outcome(await door.admit(request(await token())))).toBe("accepted");
  expect(door.of({ tunnelId: new Uint8Array(16), deviceKey })).toEqual({
    endsAtMs: nowMs + 3_600_000,
    share: undefined,
  });
});

const publicKeyBytes = Buffer.from(jwk.x ?? "", "base64url");
const refusals: readonly [string, () => Promise<string>, string][] = [
  [
    "expired",
    () => token({ claims: { iat: nowSeconds - 120, exp: nowSeconds - 60 } }),
    "expired: The session token was not used in time.",
  ],
  ["of a session that is over", () => token({ claims: { sexp: nowSeconds - 31 } }), "expired: The session is over."],
  [
    "for another server",
    () => token({ claims: { aud: "z".repeat(26) } }),
    "wrong-server: The session token is for another server.",
  ],
  [
    "for another service",
    () => token({ claims: { svc: "z".repeat(26) } }),
    "forbidden: The session token is for another service.",
  ],
  [
    "for another session",
    () => token({ claims: { sid: "z".repeat(26) } }),
    "forbidden: The session token is for another session.",
  ],
  [
    "for another device",
    () => token({ claims: { cnf: { jkt: thumbprint(new Uint8Array(32)) } } }),
    "wrong-device: The session token was made for another device.",
  ],
  [
    "with alg none",
    async () => new UnsecuredJWT(goodClaims).encode(),
    "unauthenticated: The session token is not signed with EdDSA.",
  ],
  [
    "with alg none in the header of a signed form",
    async () => forgedNone(),
    "unauthenticated: The session token is not signed with EdDSA.",
  ],
  [
    "with HS256 and the public key as secret",
    () => token({ header: { alg: "HS256" }, key: publicKeyBytes }),
    "unauthenticated: The session token is not signed with EdDSA.",
  ],
  ["of another type", () => token({ header: { typ: "JWT" } }), "invalid-request: This token is no session token."],
  [
    "signed by a key nobody pinned",
    () => token({ header: { kid: "k2" } }),
    "unauthenticated: The session token is signed with a key that this agent never pinned.",
  ],
  [
    "signed by a stranger under a pinned name",
    () => token({ key: generateKeyPairSync("ed25519").privateKey }),
    "unauthenticated: The session token's signature is wrong.",
  ],
  [
    "from the future",
    () => token({ claims: { iat: nowSeconds + 31, exp: nowSeconds + 60 } }),
    "invalid-request: The session token comes from the future.",
  ],
  [
    "valid for a day",
    () => token({ claims: { exp: nowSeconds + 86_400 } }),
    "invalid-request: The session token may be used for longer than this agent allows.",
  ],
  [
    "without an expiry",
    () => token({ claims: { exp: undefined } }),
    'invalid-request: The session token\'s claim "exp" is missing or wrong.',
  ],
  [
    "without a device",
    () => token({ claims: { cnf: undefined } }),
    "invalid-request: The session token lacks claims that this agent needs.",
  ],
  ["that is no token", async () => "nonsense", "invalid-request: The session token cannot be read."],
];

function forgedNone(): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "none", kid: "k1", typ: "culvert-session+jwt" })}.${part(goodClaims)}.AAAA`;
}

test.each(refusals)("a token %s is refused", async (_name, make, wanted) => {
  const door = admission();
  expect(outcome(await door.admit(request(await make())))).toBe(wanted);
  expect(door.of({ tunnelId: new Uint8Array(16), deviceKey })).toBeUndefined();
});

test("a token serves one tunnel of one device, and that one again", async () => {
  const door = admission();
  const text = await token();
  const tunnelId = randomBytes(16);
  const other = randomBytes(16);
  expect(outcome(await door.admit(request(text, { tunnelId })))).toBe("accepted");
  expect(outcome(await door.admit(request(text, { tunnelId })))).toBe("accepted");
  expect(outcome(await door.admit(request(text, { tunnelId: other })))).toBe(
    "already-used: The session token was used before.",
  );
});

test("of a hundred uses at once one tunnel is accepted", async () => {
  const door = admission();
  const text = await token();
  const decisions = await Promise.all(
    Array.from({ length: 100 }, () => door.admit(request(text, { tunnelId: randomBytes(16) }))),
  );
  expect(decisions.filter(({ type }) => type === "accepted").length).toBe(1);
});

test("a refused token is not used up", async () => {
  const door = admission();
  const text = await token();
  expect(outcome(await door.admit(request(text, { deviceKey: new Uint8Array(32) })))).toContain("wrong-device");
  expect(outcome(await door.admit(request(text)))).toBe("accepted");
});

test("clocks may differ by thirty seconds", async () => {
  const late = admission(() => nowMs + 89_000);
  expect(outcome(await late.admit(request(await token())))).toBe("accepted");
  const early = admission(() => nowMs - 29_000);
  expect(outcome(await early.admit(request(await token())))).toBe("accepted");
});

test.each([-600_000, 600_000])(
  "a laptop whose clock is off by %i ms takes tokens by the server's time",
  async (offMs) => {
    const clock = new ServerClock(() => 0, nowMs + offMs);
    const door = admission(() => clock.nowMs());
    expect(outcome(await door.admit(request(await token())))).not.toBe("accepted");
    clock.heard(nowMs);
    expect(outcome(await door.admit(request(await token())))).toBe("accepted");
  },
);
