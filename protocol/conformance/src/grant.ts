/** Remote sessions as the kit grants them: ids, and a token that the agent verifies with the key it pinned. */
import { createHash, randomBytes } from "node:crypto";
import { limits } from "@culvert/protocol";
import type { DhKeyPair } from "@culvert/protocol/seal";
import {
  base32Name,
  type ServerId,
  type SessionId,
  type SessionTokenClaims,
  serviceIdOf,
  sessionTokenType,
} from "@culvert/protocol/signaling";
import { freshDeviceKey, primitives, type SigningKey, tokenKey, tokenKeyId } from "./kit-keys.ts";

/** What both peers know of one session. */
export interface Grant {
  readonly sessionId: SessionId;
  readonly serverId: ServerId;
  readonly serviceId: string;
  readonly serviceName: string;
  readonly deviceKey: DhKeyPair;
  readonly token: string;
}

/** Changes to a token, for tokens that must be refused. */
export interface TokenChanges {
  readonly claims?: Partial<SessionTokenClaims>;
  readonly signedBy?: SigningKey;
}

/** A session id that was never used. */
export function freshSessionId(): SessionId {
  return base32Name(new Uint8Array(randomBytes(20))) as SessionId;
}

/** A grant for a service of a server. */
export function grantFor(serverId: ServerId, serviceName: string, changes: TokenChanges = {}): Grant {
  const sessionId = freshSessionId();
  const serviceId = serviceIdOf(serverId, serviceName, primitives.sha256);
  const deviceKey = freshDeviceKey();
  const nowSeconds = Math.floor(Date.now() / 1000);
  const claims: SessionTokenClaims = {
    ...{ iss: "culvert-conformance", aud: serverId, sub: "conformance", sid: sessionId, svc: serviceId },
    ...{ jti: randomBytes(16).toString("base64url"), iat: nowSeconds },
    ...{ exp: nowSeconds + limits.tokenFirstUseMs / 1000, sexp: nowSeconds + 3_600 },
    cnf: { jkt: thumbprint(deviceKey.publicKey) },
    ...changes.claims,
  };
  const token = signedToken(claims, changes.signedBy ?? tokenKey);
  return { sessionId, serverId, serviceId, serviceName, deviceKey, token };
}

/** RFC 7638 thumbprint of an X25519 key as OKP JWK. */
export function thumbprint(publicKey: Uint8Array): string {
  const x = Buffer.from(publicKey).toString("base64url");
  return createHash("sha256").update(`{"crv":"X25519","kty":"OKP","x":"${x}"}`).digest("base64url");
}

function signedToken(claims: SessionTokenClaims, key: SigningKey): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const unsigned = `${part({ alg: "EdDSA", typ: sessionTokenType, kid: tokenKeyId })}.${part(claims)}`;
  return `${unsigned}.${key.sign(unsigned)}`;
}
