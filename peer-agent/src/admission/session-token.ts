/**
 * The remote session token, as the agent alone verifies it: signature by a pinned key, then every claim against what
 * the handshake and the relay say. Each way to fail has a code and words of its own.
 */
import { createHash } from "node:crypto";
import { type Code, codes, limits } from "@culvert/protocol";
import type { AdmissionRequest } from "@culvert/protocol/endpoint";
import { type SessionTokenClaims, sessionTokenClaimsSchema, sessionTokenType } from "@culvert/protocol/signaling";
import { errors, importJWK, type JWTHeaderParameters, type JWTVerifyOptions, jwtVerify } from "jose";
import type { PinnedKeys } from "./signing-key-pins.ts";

/** A token's claims, or why it opens nothing. */
export type TokenVerdict =
  | { readonly type: "valid"; readonly claims: SessionTokenClaims }
  | { readonly type: "refused"; readonly code: Code; readonly message: string; readonly hint: string };

/** Checks everything about a token but whether it was used before. `serverNowMs`: the control plane's time. */
export async function verifySessionToken(
  request: Omit<AdmissionRequest, "tunnelId" | "relayPolicy">,
  pinnedKeys: PinnedKeys,
  serverNowMs: number,
): Promise<TokenVerdict> {
  const options: JWTVerifyOptions = {
    algorithms: ["EdDSA"],
    typ: sessionTokenType,
    audience: request.serverId,
    currentDate: new Date(serverNowMs),
    clockTolerance: limits.clockLeewayMs / 1000,
    requiredClaims: ["exp", "iat"],
  };
  let payload: unknown;
  try {
    payload = (await jwtVerify(request.token, (header) => pinnedKey(header, pinnedKeys), options)).payload;
  } catch (thrown) {
    return refusalOf(thrown);
  }
  const claims = sessionTokenClaimsSchema.safeParse(payload);
  if (!claims.success) return refused("invalid-request", "The session token lacks claims that this agent needs.");
  return againstSession(claims.data, request, serverNowMs);
}

/** RFC 7638 thumbprint of an X25519 public key as OKP JWK (RFC 8037 §2: members crv, kty, x). */
export function deviceKeyThumbprint(deviceKey: Uint8Array): string {
  const x = Buffer.from(deviceKey).toString("base64url");
  return createHash("sha256").update(`{"crv":"X25519","kty":"OKP","x":"${x}"}`).digest("base64url");
}

/** A refusal in the words that the viewer shows. */
export function refused(
  code: Code,
  message: string,
  hint: string = codes[code].hint,
): TokenVerdict & { type: "refused" } {
  return { type: "refused", code, message, hint };
}

async function pinnedKey(header: JWTHeaderParameters, pinnedKeys: PinnedKeys) {
  const key = pinnedKeys.find(({ kid }) => kid === header.kid);
  if (key === undefined) throw new errors.JWKSNoMatchingKey();
  return importJWK({ kty: key.kty, crv: key.crv, x: key.x, alg: "EdDSA" });
}

function againstSession(
  claims: SessionTokenClaims,
  request: Omit<AdmissionRequest, "tunnelId" | "relayPolicy">,
  serverNowMs: number,
): TokenVerdict {
  const latestMs = serverNowMs + limits.clockLeewayMs;
  if (claims.iat * 1000 > latestMs) return refused("invalid-request", "The session token comes from the future.");
  if (claims.exp - claims.iat > (limits.tokenFirstUseMs + limits.clockLeewayMs) / 1000) {
    return refused("invalid-request", "The session token may be used for longer than this agent allows.");
  }
  if (claims.sexp * 1000 <= serverNowMs - limits.clockLeewayMs) return refused("expired", "The session is over.");
  if (claims.svc !== request.serviceId) return refused("forbidden", "The session token is for another service.");
  if (claims.sid !== request.sessionId) return refused("forbidden", "The session token is for another session.");
  if (claims.cnf.jkt !== deviceKeyThumbprint(request.deviceKey)) {
    return refused("wrong-device", "The session token was made for another device.");
  }
  return { type: "valid", claims };
}

function refusalOf(thrown: unknown): TokenVerdict {
  if (thrown instanceof errors.JWTExpired) {
    return refused("expired", "The session token was not used in time.", "Open the service again.");
  }
  if (thrown instanceof errors.JWTClaimValidationFailed) {
    if (thrown.claim === "aud") return refused("wrong-server", "The session token is for another server.");
    if (thrown.claim === "typ") return refused("invalid-request", "This token is no session token.");
    return refused("invalid-request", `The session token's claim "${thrown.claim}" is missing or wrong.`);
  }
  if (thrown instanceof errors.JOSEAlgNotAllowed) {
    return refused("unauthenticated", "The session token is not signed with EdDSA.");
  }
  if (thrown instanceof errors.JWKSNoMatchingKey) {
    const hint = "If the control plane was set up anew, enrol this machine again.";
    return refused("unauthenticated", "The session token is signed with a key that this agent never pinned.", hint);
  }
  if (thrown instanceof errors.JWSSignatureVerificationFailed) {
    return refused("unauthenticated", "The session token's signature is wrong.");
  }
  return refused("invalid-request", "The session token cannot be read.");
}
